// What the floor has to tell at an instant: about a machine, an order, a buffer, or all of it. And the words of times.

const MINUTE = 60000, HOUR = 3600000, DAY = 86400000;

/** Times of the plant in words; its epoch is a wall clock's time, and stays one. */
class Clock {
  constructor(scene) { this.base = Date.parse(scene.clock); this.zone = scene.zone; }
  part(t, options) { return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(this.base + t); }
  day(t) { return (this.days ??= new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })).format(this.base + t); }
  time(t) { return new Date(this.base + t).toISOString().slice(11, 19); }
  short(t) { return `${(this.weekdays ??= new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short' })).format(this.base + t)} ${this.time(t).slice(0, 5)}`; }
  date(t) { return `${this.part(t, { weekday: 'short', day: 'numeric', month: 'short' })} ${this.time(t).slice(0, 5)}`; }
  /** Round instants between two, at most so many, with words: the day where a day begins. */
  ticks(from, to, most) {
    const step = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY]
      .find((size) => (to - from) / size <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
    const zero = -((this.base % DAY) + DAY) % DAY, found = [];
    for (let t = zero + Math.ceil((from - zero) / step) * step; t <= to; t += step) {
      const isDay = step >= DAY || (t - zero) % DAY === 0;
      found.push([t, isDay ? this.part(t, { weekday: 'short', day: 'numeric', month: 'short' }) : this.time(t).slice(0, 5)]);
    }
    return found;
  }
}

function duration(ms) {
  const left = Math.abs(Math.round(ms / 1000)), d = Math.floor(left / 86400), h = Math.floor(left / 3600) % 24, m = Math.floor(left / 60) % 60;
  if (d) return `${d} d${h ? ` ${h} h` : ''}`;
  if (h) return `${h} h${m ? ` ${m} min` : ''}`;
  return m ? `${m} min` : `${left % 60} s`;
}

function make(kind, attributes = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') for (const [key, each] of Object.entries(value)) made.style.setProperty(key, each);
    else if (name.startsWith('on')) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

class Story {
  constructor(scene, film, clock, looks, player) {
    Object.assign(this, { scene, film, clock, looks, player });
    this.element = document.getElementById('story');
    this.words = {
      step: (name, cue) => {
        const steps = scene.products[film.terms(name, cue.since).product]?.steps;
        return steps?.[cue.stage === 'blocked' ? Math.max(0, cue.step - 1) : cue.step]?.name ?? '';
      },
    };
    this.happenings = null;
  }
  /** Tell it again. What has the keyboard's focus keeps it. */
  tell(still, t, chosen) {
    const held = document.activeElement, key = this.element.contains(held) ? held.dataset.key : null, top = this.element.scrollTop;
    const told = chosen ? this[chosen.kind](chosen.name, still, t) : this.floor(still, t);
    this.element.replaceChildren(...told.filter(Boolean));
    this.element.scrollTop = top;
    if (key) this.element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }
  link(kind, name) { return make('button', { class: 'link', 'data-key': `${kind} ${name}`, onclick: () => this.player.choose({ kind, name }) }, name); }
  chip(name, t) {
    const late = this.film.lateness(name, t) > 0, colour = this.player.tokens.colour(name, t);
    return make('button', { class: `chip${late ? ' late' : ''}`, 'data-key': `chip ${name}`, style: { '--c': colour }, title: late ? `${name}, late` : name, onclick: () => this.player.choose({ kind: 'order', name }) }, (late ? '! ' : '') + name);
  }
  pill(status) {
    const look = this.looks(status);
    return make('span', { class: 'pill', style: { '--c': look.colour }, 'aria-hidden': 'true' }, look.icon);
  }
  heading(name, pill) {
    return make('h2', {}, pill, name, make('button', { 'aria-label': 'Back to the whole floor', title: 'Back to the whole floor (Esc)', 'data-key': 'close', onclick: () => this.player.choose(null) }, '✕'));
  }
  rows(pairs) {
    return make('dl', {}, ...pairs.filter(Boolean).flatMap(([term, value, kind]) => [make('dt', {}, term), make('dd', kind ? { class: kind } : {}, value)]));
  }
  split(times) {
    const total = Object.values(times).reduce((a, b) => a + b, 0) || 1, parts = Object.entries(times).sort((a, b) => b[1] - a[1]);
    return [
      make('div', { class: 'split', 'aria-hidden': 'true' }, ...parts.map(([word, ms]) => make('i', { style: { '--c': this.looks(word).colour, width: `${100 * ms / total}%` } }))),
      make('div', { class: 'shares' }, ...parts.map(([word, ms]) => make('span', {}, this.pill(word), `${this.looks(word).word} ${Math.round(100 * ms / total)} %`))),
    ];
  }
  /** What an order waits for, in words; nothing where it does not wait. */
  waits(cue) {
    return cue.why ? (this.scene.waits[cue.why] ?? cue.why).replace('{}', cue.on) : '';
  }
  /** What orders wait for, with how many, the most first. */
  lacking(still) {
    const counts = new Map();
    for (const [name, cue] of Object.entries(still.orders)) {
      const words = this.waits(cue);
      if (words) counts.set(words, [...(counts.get(words) ?? []), name]);
    }
    return [...counts].sort((a, b) => b[1].length - a[1].length);
  }
  floor(still, t) {
    const lacking = this.lacking(still);
    const counts = {};
    for (const { status } of Object.values(still.machines)) counts[status] = (counts[status] ?? 0) + 1;
    const late = Object.keys(still.orders).filter((name) => !this.film.orders[name].isLot && !GONE.has(still.orders[name].stage) && this.film.lateness(name, t) > 0)
      .sort((a, b) => this.film.lateness(b, t) - this.film.lateness(a, t));
    const split = {};
    for (const name in this.film.machines) for (const [word, ms] of Object.entries(this.film.split(name, t))) split[word] = (split[word] ?? 0) + ms;
    const recent = this.recent(t, 9);
    return [
      make('h2', {}, 'The floor'),
      make('p', { class: 'muted' }, Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([word, count]) => `${count} ${this.looks(word).word.toLowerCase()}`).join(', ')),
      make('h3', {}, 'Late now'),
      late.length ? make('div', { class: 'chips' }, ...late.slice(0, 14).map((name) => this.chip(name, t)), late.length > 14 ? `and ${late.length - 14} more` : null) : make('p', { class: 'muted' }, 'No order is late.'),
      make('h3', {}, 'What orders wait for'),
      lacking.length ? make('ul', {}, ...lacking.slice(0, 6).map(([words, names]) => make('li', { class: 'row' }, make('span', { class: 'at' }, `${names.length}`), make('span', { title: names.join(', ') }, words))), lacking.length > 6 ? make('li', { class: 'muted' }, `and ${lacking.length - 6} more`) : null) : make('p', { class: 'muted' }, 'No order waits.'),
      make('h3', {}, 'Machine time so far'), ...(t > this.film.start ? this.split(split) : [make('p', { class: 'muted' }, 'The film begins here.')]),
      make('h3', {}, 'What just happened'),
      recent.length ? make('ul', {}, ...recent.map((each) => make('li', { class: 'row' }, make('span', { class: 'at' }, this.clock.short(each.time)), make('span', each.kind ? { class: each.kind } : {}, this.link(each.of, each.name), ` ${each.words}`)))) : make('p', { class: 'muted' }, 'Nothing yet.'),
    ];
  }
  machine(name, still, t) {
    const cue = still.machines[name], look = this.looks(cue.status), held = still.held[name];
    const track = this.film.machines[name], at = track.index(t), before = [];
    for (let n = at; n >= 0 && before.length < 7; n--) before.push(n);
    const places = new Set(Object.values(this.scene.products).flatMap((product) => product.steps.filter((step) => step.machines.includes(name)).map((step) => step.place)));
    const waiting = [...places].flatMap((place) => still.buffers[place] ?? [])
      .filter((order) => this.scene.products[this.film.terms(order, t).product]?.steps[still.orders[order].step]?.machines.includes(name));
    return [
      this.heading(name, this.pill(cue.status)),
      make('p', { class: 'muted' }, this.scene.machines[name]),
      this.rows([
        [look.word + (cue.why ? `: ${cue.why}` : ''), `for ${duration(t - cue.since)}`, cue.status === 'down' ? 'bad' : ''],
        cue.until !== null ? ['until', this.clock.short(cue.until)] : null,
      ]),
      make('h3', {}, 'In hand'),
      held.length ? make('div', {}, make('div', { class: 'chips' }, ...held.map((order) => this.chip(order, t))),
        ...held.slice(0, 1).map((order) => make('p', {}, `${this.words.step(order, still.orders[order])} of ${this.film.terms(order, t).product}, since ${this.clock.short(still.orders[order].since)}`))) : make('p', { class: 'muted' }, 'Nothing.'),
      make('h3', {}, `Waiting for it (${waiting.length})`),
      waiting.length ? make('div', { class: 'chips' }, ...waiting.slice(0, 10).map((order) => this.chip(order, t)), waiting.length > 10 ? `+${waiting.length - 10}` : null) : make('p', { class: 'muted' }, 'Nobody.'),
      make('h3', {}, 'Its time so far'), ...(t > this.film.start ? this.split(this.film.split(name, t)) : []),
      make('h3', {}, 'What it did'),
      make('ul', {}, ...before.map((n) => make('li', { class: 'row' }, make('span', { class: 'at' }, this.clock.short(track.times[n])),
        make('span', track.words[n] === 'down' ? { class: 'bad' } : {}, this.looks(track.words[n]).word + (track.reasons[n] ? `: ${track.reasons[n]}` : ''), make('span', { class: 'muted' }, ` ${duration((n === at ? t : track.until(n)) - track.times[n])}`))))),
    ];
  }
  order(name, still, t) {
    const cue = still.orders[name], track = this.film.orders[name], terms = this.film.terms(name, t), late = this.film.lateness(name, t);
    if (!cue) return [this.heading(name), make('p', { class: 'muted' }, `Not known before ${this.clock.date(track.times[0])}.`)];
    const isGone = GONE.has(cue.stage), steps = this.scene.products[terms.product]?.steps ?? [];
    const where = cue.where ? [this.scene.stages[cue.stage] ?? cue.stage, ': ', this.link(cue.stage === 'loaded' || cue.stage === 'blocked' ? 'machine' : 'buffer', cue.where)] : [this.scene.stages[cue.stage] ?? cue.stage];
    const next = cue.stage === 'planned' ? `comes ${track.came === null ? 'later' : this.clock.short(track.came)}` : null;
    return [
      this.heading(name, make('span', { class: 'swatch', style: { '--c': this.player.tokens.colour(name, t) } })),
      make('p', {}, ...where, isGone ? ` ${this.clock.short(cue.since)}` : `, for ${duration(t - this.film.arrived(track, cue.at))}`, next ? make('span', { class: 'muted' }, `; ${next}`) : null),
      this.rows([
        cue.why ? ['waits for', `${this.waits(cue)}, for ${duration(t - cue.since)}`, ['material', 'repair', 'crew', 'tool', 'vehicle'].includes(cue.why) ? 'bad' : ''] : null,
        ['product', terms.product],
        ['pieces', cue.quantity === terms.quantity ? `${cue.quantity}` : `${cue.quantity} of ${terms.quantity}`],
        ['due', terms.due === null ? 'nothing is due' : this.clock.date(terms.due)],
        late === null ? null : [isGone ? 'left' : late > 0 ? 'late by' : 'time left', isGone ? `${duration(late)} ${late > 0 ? 'late' : 'early'}` : duration(late), late > 0 ? 'bad' : ''],
        !isGone && track.gone !== null ? ['leaves', `${this.clock.short(track.gone)}${terms.due !== null && track.gone > terms.due ? `, ${duration(track.gone - terms.due)} late` : ''}`, terms.due !== null && track.gone > terms.due ? 'bad' : ''] : null,
        terms.weight !== 1 ? ['weight', `${terms.weight}`] : null,
      ]),
      make('h3', {}, 'Its way'), this.route(track, cue, steps, t, still),
    ];
  }
  /** The steps of an order: those that it has been through with when and where, those to come with where they can be done. */
  route(track, cue, steps, t, still) {
    const visits = [];
    for (let n = 0; n < track.times.length && track.times[n] <= t; n++)
      if (track.stages[n] === 'loaded') visits.push({ step: track.steps[n], where: track.places[n], from: track.times[n], to: track.until(n) });
    const isGone = GONE.has(cue.stage), list = visits.map((visit) => {
      const isNow = visit.to === null || visit.to > t;
      return this.stop(isNow ? 'now' : 'done', isNow ? '▶' : '✓', steps[visit.step]?.name ?? `step ${visit.step + 1}`,
        [this.link('machine', visit.where), ` ${this.clock.short(visit.from)}${isNow ? `, ${this.looks(still.machines[visit.where].status).word.toLowerCase()}` : ` to ${this.clock.short(visit.to).slice(-5)}`}`]);
    });
    const isIn = cue.stage === 'loaded';
    if (!isGone) for (let step = cue.step + (isIn ? 1 : 0); step < steps.length; step++) {
      const isNext = step === cue.step && cue.stage !== 'planned';
      const machines = steps[step].machines.flatMap((machine, n) => (n ? [', ', this.link('machine', machine)] : [this.link('machine', machine)]));
      list.push(this.stop(isNext ? 'now' : '', isNext ? '…' : String(step + 1), steps[step].name, [isNext ? 'next: ' : '', ...machines]));
    }
    return make('ol', { class: 'route' }, ...list);
  }
  stop(kind, mark, name, words) {
    return make('li', kind ? { class: kind } : {}, make('span', { class: 'mark', 'aria-hidden': 'true' }, mark), make('span', {}, make('b', {}, name), make('small', {}, ...words)));
  }
  buffer(name, still, t) {
    const queue = still.buffers[name], { capacity, discipline } = this.scene.buffers[name], spark = make('canvas', { class: 'spark', width: 480, height: 92, role: 'img', 'aria-label': 'How many waited over the whole film' });
    this.spark(spark, name, t);
    const order = { any: 'whoever the rule picks goes first', fifo: 'first in, first out', lifo: 'last in, first out' }[discipline] ?? discipline;
    return [
      this.heading(name),
      make('p', { class: 'muted' }, `Buffer, ${order}`),
      this.rows([['waiting', `${queue.length}`, capacity && queue.length >= capacity ? 'bad' : ''], ['room for', capacity === null ? 'any number' : `${capacity}`]]),
      make('h3', {}, 'In it, first come first'),
      queue.length ? make('div', { class: 'chips' }, ...queue.slice(0, 40).map((each) => this.chip(each, t)), queue.length > 40 ? `+${queue.length - 40}` : null) : make('p', { class: 'muted' }, 'It is empty.'),
      make('h3', {}, 'Level over time'), spark,
    ];
  }
  levels(name) {
    const changes = new Map();
    for (const track of Object.values(this.film.orders)) track.stages.forEach((stage, n) => {
      if (stage !== 'waiting' || track.places[n] !== name) return;
      const from = Math.max(track.times[n], this.film.start), to = track.until(n);
      changes.set(from, (changes.get(from) ?? 0) + 1);
      if (to !== null) changes.set(to, (changes.get(to) ?? 0) - 1);
    });
    let level = 0;
    return [...changes].sort((a, b) => a[0] - b[0]).map(([time, change]) => [time, (level += change)]);
  }
  spark(canvas, name, t) {
    const levels = ((this.known ??= {})[name] ??= this.levels(name)), context = canvas.getContext('2d'), { colours } = this.player.tokens;
    const most = Math.max(1, ...levels.map((each) => each[1])), { start, end } = this.film, x = (time) => (time - start) / (end - start || 1) * 480;
    context.fillStyle = colours.lane; context.fillRect(0, 0, 480, 92);
    context.fillStyle = colours.accent;
    levels.forEach(([time, level], n) => {
      const to = n + 1 < levels.length ? levels[n + 1][0] : end;
      context.globalAlpha = time > t ? 0.3 : 0.75;
      context.fillRect(x(time), 90 - level / most * 84, Math.max(1, x(to) - x(time)), level / most * 84);
    });
    context.globalAlpha = 1; context.fillStyle = colours.late; context.fillRect(x(t) - 1, 0, 2.5, 92);
  }
  /** The last happenings until t: machines that stop or go on, orders that are taken, leave or become late. */
  recent(t, count) {
    if (!this.happenings) {
      const found = [];
      for (const [name, track] of Object.entries(this.film.machines)) track.words.forEach((word, n) => {
        const before = track.words[n - 1];
        if (n && word === 'down') found.push({ time: track.times[n], of: 'machine', name, words: `goes down${track.reasons[n] ? ` (${track.reasons[n]})` : ''}`, kind: 'bad' });
        else if (before === 'down') found.push({ time: track.times[n], of: 'machine', name, words: `is up again after ${duration(track.times[n] - track.times[n - 1])}` });
        else if (n && word === 'blocked') found.push({ time: track.times[n], of: 'machine', name, words: 'is blocked' });
      });
      for (const [name, track] of Object.entries(this.film.orders)) track.stages.forEach((stage, n) => {
        const time = track.times[n], { due } = track.terms[track.terms.length - 1];
        if (time < this.film.start || this.film.stays(track, n)) return;
        if (stage === 'loaded' && n) found.push({ time, of: 'order', name, words: `goes onto ${track.places[n]}` });
        else if (stage === 'finished') found.push(due !== null && time > due ? { time, of: 'order', name, words: `is done, ${duration(time - due)} late`, kind: 'bad' } : { time, of: 'order', name, words: 'is done' });
        else if (stage === 'held') found.push({ time, of: 'order', name, words: 'is put on hold', kind: 'bad' });
        else if (stage === 'released' && n && track.stages[n - 1] === 'held') found.push({ time, of: 'order', name, words: 'is freed' });
        else if (stage === 'cancelled') found.push({ time, of: 'order', name, words: 'is cancelled' });
        else if (stage === 'turned_away') found.push({ time, of: 'order', name, words: 'is turned away', kind: 'bad' });
        else if (stage === 'released' && n || stage === 'waiting' && n && track.stages[n - 1] === 'planned') found.push({ time, of: 'order', name, words: 'comes onto the floor' });
      });
      for (const trouble of this.film.troubles()) if (trouble.order) found.push({ time: trouble.time, of: 'order', name: trouble.order, words: 'is late from now on', kind: 'bad' });
      this.happenings = found.filter((each) => each.time >= this.film.start).sort((a, b) => a.time - b.time);
      this.times = this.happenings.map((each) => each.time);
    }
    const last = bisect(this.times, t);
    return this.happenings.slice(Math.max(0, last + 1 - count), last + 1).reverse();
  }
}
