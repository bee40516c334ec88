// The strip under the floor: orders on the floor, late ones and breakdowns over the whole film, and where we are.

class Strip {
  constructor(film, clock) {
    this.film = film; this.clock = clock;
    this.canvas = document.getElementById('density');
    this.nights = film.nights();
  }
  share(t) { return this.film.end > this.film.start ? (t - this.film.start) / (this.film.end - this.film.start) : 0; }
  time(share) { return Math.round(this.film.start + share * (this.film.end - this.film.start)); }
  resize(colours) {
    const box = this.canvas.getBoundingClientRect(), dpr = window.devicePixelRatio || 1;
    this.width = Math.max(1, Math.round(box.width)); this.height = Math.round(box.height);
    this.canvas.width = this.width * dpr; this.canvas.height = this.height * dpr;
    this.colours = colours;
    this.count();
    this.picture = document.createElement('canvas');
    this.picture.width = this.canvas.width; this.picture.height = this.canvas.height;
    const context = this.picture.getContext('2d');
    context.scale(dpr, dpr);
    this.paintPicture(context);
  }
  /** How many orders are inside, late and how many machines down, for each pixel. */
  count() {
    const { film, width } = this, span = film.end - film.start || 1;
    const empty = () => new Float64Array(width + 1);
    this.inside = empty(); this.late = empty(); this.down = empty();
    const add = (row, from, to) => {
      const a = Math.max(0, Math.floor((from - film.start) / span * width)), b = Math.min(width, Math.ceil((to - film.start) / span * width));
      if (b > a) { row[a] += 1; row[b] -= 1; }
    };
    for (const track of Object.values(film.orders)) {
      const gone = track.gone ?? film.end, { due } = track.terms[track.terms.length - 1];
      if (track.came !== null) add(this.inside, track.came, gone);
      if (due !== null && gone > due) add(this.late, Math.max(due, film.start), gone);
    }
    for (const track of Object.values(film.machines))
      track.words.forEach((word, at) => { if (word === 'down') add(this.down, track.times[at], track.until(at) ?? film.end); });
    for (const row of [this.inside, this.late, this.down]) for (let n = 1; n <= width; n++) row[n] += row[n - 1];
  }
  paintPicture(context) {
    const { width, height, colours, film } = this, floor = height - 24, top = 2;
    const most = Math.max(1, ...this.inside, ...this.late);
    context.fillStyle = colours.lane;
    context.fillRect(0, top, width, floor - top);
    context.fillStyle = colours.night;
    for (const [from, to] of this.nights) context.fillRect(this.share(from) * width, top, (this.share(to) - this.share(from)) * width, floor - top);
    const area = (row, colour, alpha) => {
      context.beginPath(); context.moveTo(0, floor);
      for (let n = 0; n < width; n++) { const y = floor - row[n] / most * (floor - top - 3); context.lineTo(n, y); context.lineTo(n + 1, y); }
      context.lineTo(width, floor); context.closePath();
      context.globalAlpha = alpha; context.fillStyle = colour; context.fill(); context.globalAlpha = 1;
    };
    area(this.inside, colours.accent, 0.35);
    area(this.late, colours.late, 0.75);
    for (let n = 0; n < width; n++) if (this.down[n] > 0) {
      context.globalAlpha = Math.min(1, 0.55 + 0.2 * this.down[n]); context.fillStyle = colours.down;
      context.fillRect(n, floor + 2, 1.3, 5);
    }
    context.globalAlpha = 1;
    context.fillStyle = colours.muted; context.font = "10.5px Inter,'Segoe UI',Roboto,Arial,sans-serif"; context.textBaseline = 'top';
    const ticks = this.clock.ticks(film.start, film.end, Math.max(2, Math.floor(width / 95)));
    for (const [t, words] of ticks) {
      const x = this.share(t) * width;
      context.fillRect(Math.round(x), floor + 8, 1, 4);
      context.textAlign = x < 30 ? 'left' : x > width - 30 ? 'right' : 'center';
      context.fillText(words, x, floor + 12);
    }
  }
  paint(t) {
    const context = this.canvas.getContext('2d'), dpr = window.devicePixelRatio || 1, { width, height, colours } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.picture, 0, 0);
    context.scale(dpr, dpr);
    const x = this.share(t) * width;
    context.fillStyle = colours.paper; context.globalAlpha = 0.45; context.fillRect(x, 2, width - x, height - 26); context.globalAlpha = 1;
    context.fillStyle = colours.ink; context.fillRect(Math.min(Math.max(x - 1, 0), width - 2), 0, 2, height - 17);
    context.beginPath(); context.arc(Math.min(Math.max(x, 5), width - 5), 5, 5, 0, 7); context.fill();
  }
}
