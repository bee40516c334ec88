// Orders on the move: chips on a canvas over the stage. Where they belong is exact; on the way there they take the road.

const GLIDE = 420; // milliseconds of the screen that an order takes from one place to another, at most
const HASTE = 90; // and at least, where orders hardly stay anywhere at the chosen speed

class Tokens {
  constructor(scene, film, stage) {
    this.scene = scene; this.film = film; this.stage = stage;
    this.canvas = document.getElementById('moving');
    this.context = this.canvas.getContext('2d');
    this.tokens = new Map();
    this.labels = shortened(Object.keys(film.orders));
    this.colouring = 'product';
    this.chosen = null;
    this.still = null;
    this.stay = usualStay(film);
    this.pace(1);
    this.upcoming = Object.keys(film.orders).filter((name) => film.orders[name].came !== null)
      .sort((a, b) => film.orders[a].came - film.orders[b].came);
  }
  /** How long a glide takes at a speed: shorter where orders are soon sent on. */
  pace(speed) { this.glide = Math.max(HASTE, Math.min(GLIDE, 0.6 * this.stay / speed)); }
  resize() {
    const box = this.stage.element.getBoundingClientRect(), dpr = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * dpr);
    this.canvas.height = Math.round(box.height * dpr);
  }
  /** Send every order to where it belongs in *still*; at once, or gliding from *now* (milliseconds of the screen). */
  place(still, t, now, isGliding) {
    this.still = still;
    const goals = this.goals(still, t);
    for (const [name, token] of this.tokens) {
      if (goals.has(name)) continue;
      const cue = still.orders[name], isOut = cue && GONE.has(cue.stage);
      if (cue && ELSEWHERE.has(cue.stage)) { this.tokens.delete(name); continue; }
      if (!isGliding || token.isLeaving === undefined && !cue) { this.tokens.delete(name); continue; }
      if (token.isLeaving) continue;
      const gate = this.stage.gates[isOut && cue.stage === 'finished' ? 1 : 0], [x, y, width] = gate.box;
      token.isLeaving = true;
      this.send(token, [x + width / 2 - CELL.width / 2, y + 30], now, isOut ? this.way(token, cue, name) : null);
    }
    for (const [name, goal] of goals) {
      let token = this.tokens.get(name);
      if (!token) {
        token = { x: goal.x, y: goal.y, from: null };
        this.tokens.set(name, token);
      } else if (!isGliding) {
        token.x = goal.x; token.y = goal.y; token.from = null; token.isLeaving = undefined;
      } else if (token.goalX !== goal.x || token.goalY !== goal.y) {
        token.isLeaving = undefined;
        this.send(token, [goal.x, goal.y], now, this.way(token, still.orders[name], name));
      }
      Object.assign(token, { goalX: goal.x, goalY: goal.y, origin: goal.origin, width: goal.width, isDim: goal.isDim, isHidden: goal.isHidden });
    }
  }
  goals(still, t) {
    const goals = new Map(), { stage } = this;
    for (const [buffer, queue] of Object.entries(still.buffers)) {
      const thing = stage.buffers[buffer], [x, y] = thing.box, isOver = queue.length > thing.cells;
      queue.forEach((name, n) => {
        const shown = isOver ? Math.min(n, thing.cells - 1) : n, [dx, dy] = stage.cell(shown);
        goals.set(name, { x: x + dx, y: y + dy, width: CELL.width, isHidden: isOver && n >= thing.cells - 1 });
      });
    }
    for (const [machine, held] of Object.entries(still.held)) held.forEach((name, n) => {
      goals.set(name, { ...stage.seat(machine, n, held.length), origin: this.scene.machines[machine] });
    });
    const gate = stage.gates[0], [x, y] = gate.box;
    const door = Object.keys(still.orders).filter((name) => still.orders[name].stage === 'released');
    const next = [];
    for (const name of this.upcoming) {
      if (door.length + next.length >= gate.cells) break;
      if (still.orders[name]?.stage === 'planned') next.push(name);
    }
    [...door, ...next].slice(0, gate.cells).forEach((name, n) => {
      const [dx, dy] = stage.cell(n, gate.top);
      goals.set(name, { x: x + dx, y: y + dy, width: CELL.width, origin: this.scene.gates[0], isDim: n >= door.length });
    });
    return goals;
  }
  /** The corners of the road from where a token was to where its order is now; null where there is none. */
  way(token, cue, name) {
    const product = this.scene.products[this.film.terms(name, cue.since).product];
    const target = cue.stage === 'finished' ? this.scene.gates[1] : product?.steps[cue.step]?.place;
    return this.stage.roads[`${token.origin}\n${target}`]?.points ?? null;
  }
  /** Let a token go to *goal* along the corners of a road; one that is on its way goes there first. */
  send(token, goal, now, corners) {
    const isMoving = token.from !== null, ahead = isMoving ? token.from.slice(token.piece) : [];
    const middle = (corners ?? []).map(([x, y]) => [x - CELL.width / 2, y - CELL.height / 2]);
    const path = [[token.x, token.y], ...ahead, ...middle, goal];
    const lengths = [0];
    for (let n = 1; n < path.length; n++) lengths.push(lengths[n - 1] + Math.hypot(path[n][0] - path[n - 1][0], path[n][1] - path[n - 1][1]));
    Object.assign(token, { from: path, lengths, since: now, piece: 1, isHurried: isMoving });
  }
  /** Move what is moving; whether anything still is. */
  move(now) {
    let isMoving = false;
    for (const [name, token] of this.tokens) {
      if (token.from === null) continue;
      const share = Math.min(1, (now - token.since) / this.glide), eased = token.isHurried ? share * (2 - share) : share * share * (3 - 2 * share);
      const length = token.lengths[token.lengths.length - 1], along = eased * length;
      let n = 1;
      while (n < token.lengths.length - 1 && token.lengths[n] < along) n++;
      token.piece = n;
      const piece = token.lengths[n] - token.lengths[n - 1] || 1, part = (along - token.lengths[n - 1]) / piece;
      const [a, b] = [token.from[n - 1], token.from[n]];
      token.x = a[0] + (b[0] - a[0]) * part; token.y = a[1] + (b[1] - a[1]) * part;
      if (share < 1) { isMoving = true; continue; }
      token.from = null;
      if (token.isLeaving) this.tokens.delete(name);
    }
    return isMoving;
  }
  paint(t, now, window) {
    const { context, canvas, stage: { view } } = this, dpr = self.devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(dpr * view.k, 0, 0, dpr * view.k, dpr * view.x, dpr * view.y);
    for (const name in this.film.machines) this.paintMachine(name, t, window);
    context.font = "600 11px Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
    context.textAlign = 'center'; context.textBaseline = 'middle';
    const still = [], moving = [];
    for (const entry of this.tokens) (entry[1].from ? moving : still).push(entry);
    for (const [name, token] of still) this.paintToken(name, token, t);
    for (const [name, token] of moving) this.paintToken(name, token, t, now);
    context.globalAlpha = 1;
  }
  /** How far its order is, and what it did of late: a little Gantt chart along its foot. */
  paintMachine(name, t, window) {
    const { context, film } = this, thing = this.stage.machines[name], [x, y, width, height] = thing.box;
    const left = x + 12, wide = width - 22, top = y + height - 11, size = Math.max(1, Math.round(window / wide)), from = t - size * wide;
    const { words, found } = (thing.cells ??= film.cells(name, size));
    context.fillStyle = this.colours.lane;
    context.fillRect(left, top, wide, 5);
    const first = Math.max(0, Math.floor((from - film.start) / size)), last = Math.min(found.length - 1, Math.floor((t - film.start) / size));
    for (let cell = first; cell <= last;) {
      let next = cell + 1;
      while (next <= last && found[next] === found[cell]) next++;
      if (words[found[cell]] !== 'idle') {
        const a = Math.max(0, (film.start + cell * size - from) / size), b = Math.min(wide, (film.start + next * size - from) / size);
        context.fillStyle = this.stage.looks(words[found[cell]]).colour;
        context.fillRect(left + a, top, b - a, 5);
      }
      cell = next;
    }
    const held = this.still?.held[name][0], cue = held && this.still.orders[held];
    if (!cue || cue.until === null || cue.stage !== 'loaded') return;
    context.fillStyle = this.colours.line;
    context.fillRect(left + 2, y + 63.5, 60, 2.5);
    context.fillStyle = this.colours.accent;
    context.fillRect(left + 2, y + 63.5, 60 * Math.min(1, (t - cue.since) / (cue.until - cue.since)), 2.5);
  }
  paintToken(name, token, t, now) {
    if (token.isHidden && !token.from) return;
    const { context } = this, { x, y } = token, width = token.isLeaving ? CELL.width : token.width, height = CELL.height;
    const late = this.film.lateness(name, t) > 0;
    context.globalAlpha = token.isLeaving ? 1 - Math.max(0, (now - token.since) / this.glide - 0.6) * 2.2 : token.isDim ? 0.45 : 1;
    context.fillStyle = this.colour(name, t);
    context.beginPath(); context.roundRect(x, y, width, height, 5); context.fill();
    if (late || name === this.chosen) {
      context.lineWidth = name === this.chosen ? 3 : 2;
      context.strokeStyle = name === this.chosen ? this.colours.accent : this.colours.late;
      context.stroke();
    }
    context.fillStyle = this.colours.chip;
    const label = width > CELL.width ? this.labels.long[name] : this.labels.short[name];
    if (this.stage.view.k > 0.42) context.fillText((late ? '! ' : '') + label, x + width / 2, y + height / 2 + 0.5, width - 4);
  }
  colour(name, t) {
    const { product } = this.film.terms(name, t);
    if (this.colouring === 'product') return this.scene.products[product]?.colour ?? this.scene.unknown;
    const late = this.film.lateness(name, t);
    return late === null ? this.scene.unknown : late > 0 ? '#e8804a' : late > -DUE_SOON ? '#e9b44c' : '#86c5e8';
  }
  /** The order under a point of the stage; null where there is none. */
  under(px, py) {
    const { view } = this.stage, x = (px - view.x) / view.k, y = (py - view.y) / view.k;
    let found = null;
    for (const [name, token] of this.tokens)
      if (!token.isHidden && x >= token.x && x <= token.x + (token.width ?? CELL.width) && y >= token.y && y <= token.y + CELL.height) found = name;
    return found;
  }
  dress() {
    const style = getComputedStyle(document.documentElement);
    this.colours = Object.fromEntries(['lane', 'line', 'accent', 'late', 'chip'].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }
}

const DUE_SOON = 4 * 3600000;

/** How long an order usually stays on a machine: the median, in milliseconds of the floor. */
function usualStay(film) {
  const stays = [];
  for (const track of Object.values(film.orders))
    track.stages.forEach((stage, at) => { if (stage === 'loaded' && track.until(at) !== null) stays.push(track.until(at) - track.times[at]); });
  return stays.sort((a, b) => a - b)[stays.length >> 1] ?? 3600000;
}

/** Names cut to what a chip can hold: what all have in common goes first. */
function shortened(names) {
  let common = names[0] ?? '';
  for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
  while (common && /\d$/.test(common)) common = common.slice(0, -1);
  const short = {}, long = {};
  for (const name of names) {
    const rest = names.length > 1 ? name.slice(common.length) : name;
    short[name] = name.length <= 6 ? name : cut(rest || name, 6);
    long[name] = name.length <= 9 ? name : cut(rest || name, 9);
  }
  return { short, long };
}
