// The stage: work centers, machines, buffers and roads as a drawing; it changes when a state does, not every frame.

const SVG = 'http://www.w3.org/2000/svg';

function draw(kind, attributes, parent, text) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

function cut(text, most) { return text.length > most ? `${text.slice(0, most - 1)}…` : text; }

/** A path through the points with rounded corners. */
function rounded(points, radius = 9) {
  let path = `M${points[0]}`;
  for (let n = 1; n < points.length - 1; n++) {
    const [a, b, c] = [points[n - 1], points[n], points[n + 1]];
    const before = Math.hypot(b[0] - a[0], b[1] - a[1]), after = Math.hypot(c[0] - b[0], c[1] - b[1]);
    const r = Math.min(radius, before / 2, after / 2);
    if (!r) continue;
    path += `L${b[0] + (a[0] - b[0]) * r / before} ${b[1] + (a[1] - b[1]) * r / before}`;
    path += `Q${b} ${b[0] + (c[0] - b[0]) * r / after} ${b[1] + (c[1] - b[1]) * r / after}`;
  }
  return `${path}L${points[points.length - 1]}`;
}

const CELL = { width: 41, height: 19, gap: 3, columns: 2 };

class Stage {
  constructor(scene, looks, words) {
    this.scene = scene; this.looks = looks; this.words = words;
    this.element = document.getElementById('stage');
    this.world = document.getElementById('world');
    this.view = { k: 1, x: 0, y: 0 };
    this.isFitted = true;
    this.machines = {}; this.buffers = {};
    const { plan } = scene;
    this.roads = {};
    this.ground = draw('g', {}, this.world);
    for (const road of plan.roads) this.road(road);
    for (const [name, box] of Object.entries(plan.centers)) if (!scene.gates.includes(name)) this.center(name, box);
    for (const [name, box] of Object.entries(plan.buffers)) this.buffer(name, box);
    for (const [name, box] of Object.entries(plan.machines)) this.machine(name, box);
    this.gates = scene.gates.map((gate, n) => this.gate(gate, plan.centers[gate], n ? 'Done' : 'To come'));
    this.shown = '';
  }
  road(road) {
    const back = road.back ? ' back' : '';
    const path = draw('path', {
      class: `road${back}`, d: rounded(road.points), 'stroke-width': 1.4 + 2.6 * road.share, 'marker-end': 'url(#tip)',
      opacity: 0.3 + 0.7 * Math.min(1, road.share * 2),
    }, this.ground);
    this.roads[`${road.draw ? 'draw' : ''}${road.from}\n${road.to}`] = { ...road, path };
  }
  center(name, [x, y, width, height]) {
    const group = draw('g', {}, this.world);
    draw('rect', { class: 'center', x, y, width, height, rx: 10 }, group);
    draw('text', { class: 'center-name', x: x + 10, y: y + 16 }, group, cut(name, Math.floor(width / 7)));
    draw('title', {}, group, name);
  }
  thing(kind, name, [x, y, width, height]) {
    const group = draw('g', { class: `thing ${kind}`, id: `${kind} ${name}`, tabindex: 0, role: 'button', transform: `translate(${x} ${y})`, 'data-kind': kind, 'data-name': name }, this.world);
    draw('rect', { class: 'frame', width, height, rx: 8 }, group);
    return group;
  }
  machine(name, box) {
    const [, , width, height] = box, group = this.thing('machine', name, box);
    const tint = draw('rect', { class: 'tint', width, height, rx: 8 }, group);
    const edge = draw('path', { class: 'edge', d: `M8 0H6V${height}H8A8 8 0 0 1 0 ${height - 8}V8A8 8 0 0 1 8 0z` }, group);
    draw('text', { class: 'name', x: 14, y: 19 }, group, cut(name, 15));
    const pill = draw('rect', { class: 'icon-box', x: width - 24, y: 7, width: 17, height: 17, rx: 5 }, group);
    const icon = draw('text', { class: 'icon', x: width - 15.5, y: 19 }, group);
    const word = draw('text', { class: 'word', x: 14, y: 33 }, group);
    const doing = draw('text', { class: 'doing', x: 81, y: 54 }, group);
    this.machines[name] = { box, group, word, doing, icon, coloured: [tint, edge, pill] };
  }
  buffer(name, box) {
    const [, , width, height] = box, group = this.thing('buffer', name, box), { capacity } = this.scene.buffers[name];
    draw('text', { class: 'label', x: 7, y: 15 }, group, this.scene.plan.centers[name] ? 'waiting' : cut(name, 11));
    const level = draw('text', { class: 'level', x: width - 7, y: 15 }, group);
    const gauge = capacity ? draw('rect', { class: 'gauge', x: 2, y: height - 4, width: 3, height: 0, rx: 1.5 }, group) : null;
    const rows = Math.max(1, Math.floor((height - 26) / (CELL.height + CELL.gap)));
    const cells = rows * CELL.columns;
    if (capacity !== null) for (let n = 0; n < Math.min(capacity, cells); n++) {
      const [x, y] = this.cell(n);
      draw('rect', { class: 'slot', x, y, width: CELL.width, height: CELL.height, rx: 5 }, group);
    }
    const more = draw('text', { class: 'more', x: width / 2 + CELL.width / 2 + 1, y: 22 + rows * (CELL.height + CELL.gap) - 9 }, group);
    this.buffers[name] = { box, group, level, gauge, more, cells, capacity };
  }
  gate(name, box, title) {
    const [x, y, width, height] = box, group = draw('g', { class: 'gate', transform: `translate(${x} ${y})` }, this.world);
    draw('rect', { class: 'frame', width, height, rx: 10, stroke: 'var(--line)' }, group);
    draw('text', { class: 'center-name', x: 10, y: 16 }, group, title);
    const big = draw('text', { class: 'big', x: width / 2, y: 48 }, group);
    const small = [64, 78].map((top) => draw('text', { class: 'small', x: width / 2, y: top }, group));
    return { box, big, small, cells: Math.max(2, Math.floor((height - 96) / (CELL.height + CELL.gap)) * CELL.columns), top: 88 };
  }
  /** Where the n-th of a queue stands, from the lane's corner. */
  cell(n, top = 22) {
    return [6 + (n % CELL.columns) * (CELL.width + CELL.gap), top + Math.floor(n / CELL.columns) * (CELL.height + CELL.gap)];
  }
  /** Where the n-th of some orders in a machine stands, from the plan's corner, and how wide; a batch stands in a row. */
  seat(name, n, count) {
    const [x, y] = this.machines[name].box;
    if (count === 1) return { x: x + 14, y: y + 41, width: 60 };
    return { x: x + 14 + Math.min(n, 2) * (CELL.width + CELL.gap), y: y + 41, width: CELL.width, isHidden: count > 3 && n > 1 };
  }
  /** Show a still; only what is new is touched. */
  show(still, film, t) {
    for (const name in still.machines) this.showMachine(name, still);
    for (const name in still.buffers) this.showBuffer(name, still.buffers[name]);
    this.showGates(still, film, t);
  }
  showMachine(name, still) {
    const { status, why } = still.machines[name], held = still.held[name];
    const key = `${status}\n${why}\n${held}\n${held.map((o) => still.orders[o].step)}`;
    const thing = this.machines[name];
    if (thing.shown === key) return;
    thing.shown = key;
    const look = this.looks(status);
    for (const part of thing.coloured) part.style.setProperty('--c', look.colour);
    thing.icon.textContent = look.icon;
    const word = look.word + (why ? `: ${why}` : '');
    thing.word.textContent = cut(word, 24);
    const step = held.length ? this.words.step(held[0], still.orders[held[0]]) : '', doing = held.length > 1 ? `${step}, ${held.length} orders` : step;
    if (held.length > 1) thing.word.textContent = cut(`${word}: ${doing}`, 30);
    thing.doing.setAttribute('x', held.length > 3 ? 106 : 81);
    thing.doing.textContent = held.length > 3 ? `+${held.length - 2}` : held.length > 1 ? '' : cut(doing, 12);
    thing.group.setAttribute('aria-label', `${name}: ${word}${held.length ? `, ${held.join(', ')}, ${doing}` : ''}`);
  }
  showBuffer(name, queue) {
    const key = queue.length, thing = this.buffers[name];
    if (thing.shown === key) return;
    thing.shown = key;
    const { level, gauge, more, cells, capacity, group, box } = thing;
    level.textContent = capacity === null ? `${key || ''}` : `${key}/${capacity}`;
    more.textContent = key > cells ? `+${key - cells + 1}` : '';
    group.classList.toggle('full', capacity !== null && capacity > 0 && key >= capacity);
    if (gauge) {
      const tall = Math.min(1, key / capacity) * (box[3] - 8);
      gauge.setAttribute('y', box[3] - 4 - tall); gauge.setAttribute('height', tall);
    }
    group.setAttribute('aria-label', `Buffer ${name}: ${key} waiting${capacity === null ? '' : `, room for ${capacity}`}`);
  }
  showGates(still, film, t) {
    let toCome = 0, door = 0, done = 0, late = 0, open = 0, away = 0;
    for (const [name, cue] of Object.entries(still.orders)) {
      if (film.orders[name].isLot) continue;
      if (cue.stage === 'planned') toCome++;
      else if (cue.stage === 'released') door++;
      else if (cue.stage === 'turned_away') away++;
      else if (cue.stage === 'finished') done++;
      if (film.lateness(name, t) > 0 && !['turned_away', 'cancelled'].includes(cue.stage)) { late++; if (cue.stage !== 'finished') open++; }
    }
    const [first, last] = this.gates, key = `${toCome},${door},${done},${late},${open},${away}`;
    if (this.shown === key) return;
    this.shown = key;
    first.big.textContent = toCome;
    first.small[0].textContent = door ? `${door} at the door` : 'not released';
    first.small[1].textContent = away ? `${away} turned away` : '';
    last.big.textContent = done;
    last.small[0].textContent = late ? `${late} late` : 'none late';
    last.small[1].textContent = open ? `${open} not done` : '';
  }
  /** Mark what was chosen, and light the roads given as [work center, buffer]. */
  choose(chosen, roads) {
    for (const [kind, things] of [['machine', this.machines], ['buffer', this.buffers]])
      for (const [name, { group }] of Object.entries(things)) group.classList.toggle('chosen', chosen?.kind === kind && chosen.name === name);
    const lit = new Set(roads.map(([from, to]) => `${from}\n${to}`));
    for (const [id, road] of Object.entries(this.roads)) {
      const isLit = lit.has(id);
      road.path.classList.toggle('lit', isLit);
      if (isLit) this.ground.append(road.path);
      road.path.setAttribute('marker-end', isLit ? 'url(#tip-lit)' : 'url(#tip)');
    }
  }
  fit() {
    const { width, height } = this.scene.plan, box = this.element.getBoundingClientRect();
    const k = Math.min((box.width - 16) / width, (box.height - 12) / height, 1.6);
    this.isFitted = true;
    this.look({ k, x: (box.width - width * k) / 2, y: (box.height - height * k) / 2 });
  }
  look(view) {
    this.view = view;
    this.world.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.k})`);
    this.onlook?.();
  }
  zoom(factor, x, y) {
    const box = this.element.getBoundingClientRect(), { view } = this;
    const k = Math.max(0.15, Math.min(4, view.k * factor)), px = x ?? box.width / 2, py = y ?? box.height / 2;
    this.isFitted = false;
    this.look({ k, x: px - (px - view.x) * k / view.k, y: py - (py - view.y) * k / view.k });
  }
}
