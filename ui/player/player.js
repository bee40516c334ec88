// The player: the clock that runs, and what people do to it.

const SPEEDS = [1, 10, 60, 300, 600, 1800, 3600, 10000];
const byId = (id) => document.getElementById(id);

class Player {
  constructor(scene) {
    this.scene = scene;
    this.film = new Film(scene.film);
    this.clock = new Clock(scene);
    this.looks = (word) => scene.statuses[word] ?? (this.strange ??= {})[word] ?? (this.strange[word] = {
      word: word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' '), icon: '•', colour: scene.unknown });
    this.story = new Story(scene, this.film, this.clock, this.looks, this);
    this.stage = new Stage(scene, this.looks, this.story.words);
    this.tokens = new Tokens(scene, this.film, this.stage);
    this.strip = new Strip(this.film, this.clock);
    this.troubles = this.film.troubles();
    this.calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.t = Math.min(Math.max(scene.open_at, this.film.start), this.film.end);
    this.isPlaying = false; this.chosen = null; this.at = null; this.told = 0; this.frames = [];
    this.window = Math.max(HOUR / 2, Math.min(8 * HOUR, (this.film.end - this.film.start) / 4));
    this.dress(); this.fill(); this.listen(); this.setSpeed(this.fitting()); this.resize();
    this.seek(this.t);
  }
  /** The speed at which the open hours of the film take about a minute, or slower, so that orders can be followed. */
  fitting() {
    const closed = this.strip.nights.reduce((sum, [from, to]) => sum + to - from, 0);
    const wanted = Math.min((this.film.end - this.film.start - closed) / 60000, this.tokens.stay / 400);
    return SPEEDS.reduce((best, each) => (Math.abs(Math.log(each / wanted)) < Math.abs(Math.log(best / wanted)) ? each : best), 60);
  }
  fill() {
    const { scene } = this;
    byId('title').textContent = scene.title;
    byId('subtitle').textContent = scene.subtitle;
    for (const each of SPEEDS) {
      const inOneSecond = each < 60 ? `${each} s` : each < 3600 ? `${each / 60} min` : `${+(each / 3600).toFixed(1)} h`;
      byId('speed').append(make('option', { value: each }, each === 1 ? '1× (as it is)' : `${each.toLocaleString('en')}× (${inOneSecond}/s)`));
    }
    this.names = new Map();
    for (const [kind, names] of [['buffer', this.film.buffers], ['machine', Object.keys(this.film.machines)], ['order', Object.keys(this.film.orders)]])
      for (const name of names) this.names.set(this.names.has(name) ? `${kind} ${name}` : name, { kind, name });
    byId('names').append(...[...this.names.keys()].map((name) => make('option', { value: name })));
    const legend = byId('legend');
    for (const word of this.film.statuses) {
      const look = this.looks(word);
      legend.append(make('li', {}, make('span', { class: 'pill', style: { '--c': look.colour }, 'aria-hidden': 'true' }, look.icon), look.word));
    }
    legend.append(make('li', {}, make('span', { class: 'swatch ring' }), 'late order'));
    const scrub = byId('scrub');
    scrub.min = this.film.start; scrub.max = this.film.end; scrub.step = 'any';
  }
  dress() {
    this.tokens.dress();
    const style = getComputedStyle(document.documentElement);
    this.colours = { ...this.tokens.colours, down: this.looks('down').colour };
    for (const name of ['night', 'ink', 'muted', 'paper']) this.colours[name] = style.getPropertyValue(`--${name}`).trim();
  }
  resize() {
    this.tokens.resize();
    this.strip.resize(this.colours);
    if (this.stage.isFitted) this.stage.fit();
    this.paint(performance.now());
  }
  // -- time ----------------------------------------------------------------------------------------------------------
  seek(t, isGliding = false) {
    this.t = Math.min(Math.max(t, this.film.start), this.film.end);
    this.show(performance.now(), isGliding, true);
    this.wake();
  }
  show(now, isGliding, isThorough) {
    const at = bisect(this.film.instants, this.t), isNew = at !== this.at || isThorough;
    if (isNew) {
      this.at = at;
      this.still = this.film.at(this.t);
      this.stage.show(this.still, this.film, this.t);
      this.tokens.place(this.still, this.t, now, isGliding && !this.calm.matches);
      this.count();
    }
    if (isThorough || now - this.told > 250) {
      this.told = now;
      this.story.tell(this.still, this.t, this.chosen);
      const said = `${this.clock.day(this.t)} ${this.clock.time(this.t)}`;
      byId('scrub').setAttribute('aria-valuetext', said);
      byId('scrub').value = this.t;
    }
    const day = this.clock.day(this.t), time = this.clock.time(this.t);
    if (this.day !== day) byId('day').textContent = this.day = day;
    if (this.time !== time) byId('time').textContent = this.time = time;
  }
  count() {
    let inside = 0, late = 0, done = 0, known = 0;
    for (const [name, cue] of Object.entries(this.still.orders)) {
      if (this.film.orders[name].isLot) continue;
      known++;
      if (cue.stage === 'finished') done++;
      else if (cue.stage !== 'planned' && !GONE.has(cue.stage)) inside++;
      if (!GONE.has(cue.stage) && this.film.lateness(name, this.t) > 0) late++;
    }
    const down = Object.values(this.still.machines).filter((cue) => cue.status === 'down').length;
    const busy = Object.values(this.still.machines).filter((cue) => cue.status === 'working').length;
    const figures = [['on the floor', inside, ''], ['late now', late, late ? 'bad' : ''], ['done', `${done}/${known}`, ''], ['working', `${busy}/${Object.keys(this.still.machines).length}`, ''], ['down', down, down ? 'bad' : '']];
    const key = figures.join();
    if (this.counted === key) return;
    this.counted = key;
    byId('counts').replaceChildren(...figures.map(([words, figure, kind]) => make('li', kind ? { class: kind } : {}, make('b', {}, `${figure}`), make('span', {}, words))));
  }
  play() {
    if (this.isPlaying) return;
    if (this.t >= this.film.end) this.seek(this.film.start);
    this.isPlaying = true; this.last = performance.now();
    this.button(); this.wake();
  }
  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.button(); this.show(performance.now(), true, true); this.say();
  }
  toggle() { if (this.isPlaying) this.pause(); else this.play(); }
  button() {
    const words = this.isPlaying ? 'Pause' : 'Play';
    byId('play').setAttribute('aria-label', words); byId('play').title = `${words} (Space)`;
    byId('play-icon').setAttribute('d', this.isPlaying ? 'M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z' : 'M4 2.5v11l9-5.5z');
  }
  setSpeed(speed) { this.speed = speed; byId('speed').value = speed; this.tokens.pace(speed); }
  faster(by) { this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.speed) + by))]); }
  step(by) {
    this.pause();
    const { instants } = this.film, here = bisect(instants, this.t);
    const next = by > 0 ? here + 1 : instants[here] < this.t ? here : here - 1;
    if (next >= 0 && next < instants.length) this.seek(instants[next], true);
    else this.seek(by > 0 ? this.film.end : this.film.start, true);
    this.say();
  }
  trouble(by) {
    this.pause();
    const found = by > 0 ? this.troubles.find((each) => each.time > this.t) : this.troubles.findLast((each) => each.time < this.t);
    if (!found) return this.toast(by > 0 ? 'No more trouble from here on' : 'No trouble before');
    this.choose(found.machine ? { kind: 'machine', name: found.machine } : { kind: 'order', name: found.order });
    this.seek(found.time);
    this.toast(found.machine ? `${found.machine} goes down${found.why ? `: ${found.why}` : ''}` : `${found.order} is late from now on`);
    this.say();
    return undefined;
  }
  wake() { if (!this.isAwake) { this.isAwake = true; requestAnimationFrame((now) => this.frame(now)); } }
  frame(now) {
    this.isAwake = false;
    if (this.isPlaying) {
      const passed = Math.min(now - this.last, 250);
      this.last = now;
      if (passed > 0) { this.frames.push(passed); if (this.frames.length > 240) this.frames.shift(); }
      this.t = Math.min(this.t + Math.max(0, passed) * this.speed, this.film.end);
      const night = byId('skip').checked && this.strip.nights.find(([from, to]) => this.t >= from && this.t < to - 1);
      if (night && this.speed > 1) {
        this.toast(`Closed until ${this.clock.short(night[1])}`);
        this.t = night[1];
      }
      this.show(now, true, false);
      if (this.t >= this.film.end) this.pause();
    }
    this.paint(now);
  }
  paint(now) {
    const isMoving = this.tokens.move(now);
    this.tokens.paint(this.t, now, this.window);
    this.strip.paint(this.t);
    if (this.isPlaying || isMoving) this.wake();
  }
  say() {
    const words = {};
    for (const { status } of Object.values(this.still.machines)) words[status] = (words[status] ?? 0) + 1;
    const counts = Object.entries(words).map(([word, count]) => `${count} ${this.looks(word).word.toLowerCase()}`).join(', ');
    byId('said').textContent = `${this.clock.date(this.t)}: ${counts}`;
  }
  toast(words) {
    const box = byId('toast');
    box.textContent = words; box.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { box.hidden = true; }, 1800);
  }
  // -- what is looked at ---------------------------------------------------------------------------------------------
  choose(chosen) {
    this.chosen = chosen;
    this.tokens.chosen = chosen?.kind === 'order' ? chosen.name : null;
    this.stage.choose(chosen, chosen ? this.roadsOf(chosen) : []);
    if (this.still) this.story.tell(this.still, this.t, chosen);
    this.wake();
  }
  /** The roads of what was chosen: those on an order's way, those out of a machine's work center, those into a buffer. */
  roadsOf({ kind, name }) {
    const roads = this.scene.plan.roads.filter((road) => !road.draw), { products, machines, gates } = this.scene;
    if (kind === 'machine') return roads.filter((road) => road.from === machines[name]).map((road) => [road.from, road.to]);
    if (kind === 'buffer') return roads.filter((road) => road.to === name).map((road) => [road.from, road.to]);
    const steps = products[this.film.terms(name, this.t).product]?.steps ?? [], found = [];
    steps.forEach((step, n) => {
      if (!n) found.push([gates[0], step.place]);
      const next = steps[n + 1]?.place ?? gates[1];
      for (const center of new Set(step.machines.map((machine) => machines[machine]))) found.push([center, next]);
    });
    return found;
  }
  /** What is under the pointer: an order before what it is on. */
  under(event) {
    const box = this.stage.element.getBoundingClientRect(), order = this.tokens.under(event.clientX - box.left, event.clientY - box.top);
    if (order) return { kind: 'order', name: order };
    const thing = event.target.closest?.('.thing');
    return thing ? { kind: thing.dataset.kind, name: thing.dataset.name } : null;
  }
  hint(event) {
    const box = byId('tip-box'), from = this.stage.element.getBoundingClientRect();
    const found = this.under(event);
    this.stage.element.style.cursor = found ? 'pointer' : '';
    if (!found || this.grip) { box.hidden = true; return; }
    box.textContent = this.inShort(found);
    box.hidden = false;
    const wide = box.offsetWidth, tall = box.offsetHeight, x = event.clientX - from.left, y = event.clientY - from.top;
    box.style.left = `${Math.max(4, Math.min(x + 14, from.width - wide - 6))}px`;
    box.style.top = `${y + 18 + tall > from.height ? y - tall - 12 : y + 18}px`;
  }
  inShort({ kind, name }) {
    const { still, t, clock, scene } = this;
    if (kind === 'machine') {
      const cue = still.machines[name], look = this.looks(cue.status);
      return `${name}\n${look.word}${cue.why ? `: ${cue.why}` : ''} for ${duration(t - cue.since)}${still.held[name].length ? `\n${still.held[name].join(', ')}` : ''}`;
    }
    if (kind === 'buffer') return `${name}\n${still.buffers[name].length} waiting${scene.buffers[name].capacity === null ? '' : `, room for ${scene.buffers[name].capacity}`}`;
    const terms = this.film.terms(name, t), late = this.film.lateness(name, t), cue = still.orders[name];
    const due = terms.due === null ? 'nothing is due' : `due ${clock.short(terms.due)}, ${late > 0 ? `${duration(late)} late` : `${duration(late)} left`}`;
    const waits = cue ? this.story.waits(cue) : '';
    return `${name}: ${cue?.quantity ?? terms.quantity} × ${terms.product}\n${due}\n${cue ? scene.stages[cue.stage] ?? cue.stage : 'not known yet'}${cue?.where ? `: ${cue.where}` : ''}${waits ? `\nwaits for ${waits}` : ''}`;
  }
  // -- hands ---------------------------------------------------------------------------------------------------------
  listen() {
    const { stage } = this, element = stage.element;
    byId('play').onclick = () => this.toggle();
    byId('first').onclick = () => this.seek(this.film.start);
    byId('last').onclick = () => { this.pause(); this.seek(this.film.end); };
    byId('back').onclick = () => this.step(-1);
    byId('next').onclick = () => this.step(1);
    byId('trouble').onclick = () => this.trouble(1);
    byId('speed').onchange = (event) => this.setSpeed(Number(event.target.value));
    byId('colour').onchange = (event) => { this.tokens.colouring = event.target.value; this.seek(this.t); };
    byId('in').onclick = () => stage.zoom(1.25);
    byId('out').onclick = () => stage.zoom(0.8);
    byId('fit').onclick = () => stage.fit();
    byId('theme').onclick = () => {
      const isDark = getComputedStyle(document.documentElement).colorScheme.includes('dark');
      document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
      this.dress(); this.resize();
    };
    byId('help').onclick = () => this.help();
    byId('find').oninput = (event) => {
      const found = this.names.get(event.target.value.trim());
      if (found) this.choose(found);
    };
    byId('find').onchange = (event) => {
      const wanted = event.target.value.trim().toLowerCase();
      const found = wanted && [...this.names].find(([name]) => name.toLowerCase().includes(wanted));
      if (found) this.choose(this.names.get(event.target.value.trim()) ?? found[1]);
      else if (wanted) this.toast(`Nothing is called ${event.target.value.trim()}`);
    };
    byId('scrub').oninput = (event) => this.seek(Number(event.target.value));
    byId('scrub').onchange = () => this.say();
    const hover = byId('hover'), strip = byId('strip');
    strip.onpointermove = (event) => {
      const box = strip.getBoundingClientRect(), share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)), px = Math.round(share * (this.strip.width - 1));
      hover.hidden = false;
      hover.style.left = `${Math.min(Math.max(share * box.width, 110), box.width - 110)}px`;
      hover.textContent = `${this.clock.date(this.strip.time(share))} · ${this.strip.inside[px]} on the floor, ${this.strip.late[px]} late, ${this.strip.down[px]} down`;
    };
    strip.onpointerleave = () => { hover.hidden = true; };
    element.onpointermove = (event) => {
      if (this.grip) {
        this.grip.isMoved ||= Math.hypot(event.clientX - this.grip.x, event.clientY - this.grip.y) > 4;
        if (!this.grip.isMoved) return;
        element.classList.add('moving'); stage.isFitted = false;
        stage.look({ k: stage.view.k, x: this.grip.view.x + event.clientX - this.grip.x, y: this.grip.view.y + event.clientY - this.grip.y });
      }
      this.hint(event);
    };
    element.onpointerleave = () => { byId('tip-box').hidden = true; };
    element.onpointerdown = (event) => { if (event.button === 0) this.grip = { x: event.clientX, y: event.clientY, view: stage.view }; };
    self.addEventListener('pointerup', (event) => {
      const { grip } = this;
      this.grip = null; element.classList.remove('moving');
      if (!grip || grip.isMoved || !element.contains(event.target)) return;
      this.choose(this.under(event));
    });
    element.addEventListener('wheel', (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      stage.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    stage.onlook = () => this.wake();
    document.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.resize()).observe(element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { this.dress(); this.resize(); });
    document.addEventListener('visibilitychange', () => { this.last = performance.now(); });
  }
  help() {
    const keys = byId('keys');
    keys.hidden = !keys.hidden;
    byId('help').setAttribute('aria-expanded', String(!keys.hidden));
  }
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event, isTyping = target.matches?.('input[type=search],select');
    if (isTyping && event.key !== 'Escape') return;
    const isOnButton = target.matches?.('button,input[type=checkbox]');
    const thing = target.closest?.('.thing');
    const deeds = {
      ' ': () => { if (thing) this.choose({ kind: thing.dataset.kind, name: thing.dataset.name }); else this.toggle(); },
      ArrowRight: () => (event.shiftKey ? this.seek(this.t + HOUR) : this.step(1)),
      ArrowLeft: () => (event.shiftKey ? this.seek(this.t - HOUR) : this.step(-1)),
      ArrowUp: () => this.faster(1), ArrowDown: () => this.faster(-1),
      Home: () => this.seek(this.film.start), End: () => { this.pause(); this.seek(this.film.end); },
      n: () => this.trouble(1), p: () => this.trouble(-1),
      '+': () => this.stage.zoom(1.25), '=': () => this.stage.zoom(1.25), '-': () => this.stage.zoom(0.8), 0: () => this.stage.fit(),
      Escape: () => { if (!byId('keys').hidden) this.help(); byId('find').value = ''; this.choose(null); target.blur?.(); }, '?': () => this.help(),
    };
    if (thing && event.key === 'Enter') deeds[' ']();
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed || (isOnButton && event.key === ' ')) return;
    event.preventDefault();
    deed();
  }
}

/** The theme that the page was made with, else the reader's own, as it changes. */
const dark = matchMedia('(prefers-color-scheme: dark)');
if (!document.documentElement.dataset.theme) {
  const follow = () => { document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light'; };
  follow();
  dark.addEventListener('change', follow);
}
window.foreshift = new Player(JSON.parse(byId('scene').textContent));
