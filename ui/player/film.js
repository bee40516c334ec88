// A film, read: where everything is at any instant. It says what twin/film.py says, and is held to it by a test.

/** The last index whose time is not after t; -1 before the first. */
function bisect(times, t) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/** Times with a cursor that stays where it was: most looks are a little later than the look before. */
class Track {
  constructor(start, steps) {
    let time = start;
    this.times = steps.map((step) => (time += step));
    this.cursor = -1;
  }
  index(t) {
    const { times } = this;
    let at = this.cursor;
    if (at >= 0 && times[at] <= t && (at + 1 === times.length || t < times[at + 1])) return at;
    if (at + 1 < times.length && times[at + 1] <= t && (at + 2 === times.length || t < times[at + 2])) at += 1;
    else at = bisect(times, t);
    return (this.cursor = at);
  }
  until(at) { return at + 1 < this.times.length ? this.times[at + 1] : null; }
}

class Film {
  constructor(data) {
    this.start = data.start;
    this.end = data.end;
    this.buffers = data.buffers;
    this.machines = {};
    for (const [name, [steps, words, reasons]] of Object.entries(data.machines)) {
      const track = new Track(data.start, steps);
      track.words = words.map((n) => data.statuses[n]);
      track.reasons = reasons.map((n) => data.reasons[n]);
      this.machines[name] = track;
    }
    this.orders = {};
    for (const [name, { terms, cues, lot_of }] of Object.entries(data.orders)) {
      const track = new Track(data.start, cues[0]);
      track.stages = cues[1].map((n) => data.stages[n]);
      track.places = cues[2].map((n) => data.places[n]);
      [track.steps, track.quantities, track.ranks] = cues.slice(3, 6);
      track.waits = cues[6].map((n) => data.waits[n]);
      track.ons = cues[7].map((n) => data.ons[n]);
      track.terms = terms.map(([time, product, quantity, release, due, weight]) => (
        { time, product: data.products[product], quantity, release, due, weight }));
      const last = track.stages.length - 1;
      track.gone = GONE.has(track.stages[last]) ? track.times[last] : null;
      const first = track.stages.findIndex((stage) => stage !== 'planned');
      track.came = first < 0 ? null : track.times[first];
      track.isLot = lot_of !== undefined;
      this.orders[name] = track;
    }
    const all = new Set();
    for (const track of Object.values(this.machines)) for (const t of track.times) all.add(Math.max(t, this.start));
    for (const track of Object.values(this.orders)) for (const t of track.times) all.add(Math.max(t, this.start));
    this.instants = Float64Array.from(all).sort();
    this.statuses = data.statuses;
  }
  machine(name, t) {
    const track = this.machines[name], at = track.index(t);
    return { status: track.words[at], why: track.reasons[at], since: track.times[at], until: track.until(at) };
  }
  order(name, t) {
    const track = this.orders[name], at = track.index(t);
    if (at < 0) return null;
    return {
      stage: track.stages[at], where: track.places[at], step: track.steps[at], quantity: track.quantities[at],
      rank: track.ranks[at], why: track.waits[at], on: track.ons[at], at, since: track.times[at], until: track.until(at),
    };
  }
  /** Whether an order is where it was before a cue, and only waits for something else. */
  stays(track, at) {
    return at > 0 && track.stages[at - 1] === track.stages[at] && track.places[at - 1] === track.places[at] && track.steps[at - 1] === track.steps[at];
  }
  /** When an order came to where it is at a cue. */
  arrived(track, at) {
    while (this.stays(track, at)) at -= 1;
    return track.times[at];
  }
  terms(name, t) {
    const { terms } = this.orders[name];
    let found = terms[0];
    for (const each of terms) if (each.time <= t) found = each;
    return found;
  }
  /** The whole floor: machines, orders that are known, and who is in each buffer and at each machine. */
  at(t) {
    const machines = {}, orders = {}, buffers = {}, held = {};
    for (const buffer of this.buffers) buffers[buffer] = [];
    for (const name in this.machines) { machines[name] = this.machine(name, t); held[name] = []; }
    for (const name in this.orders) {
      const cue = this.order(name, t);
      if (!cue) continue;
      orders[name] = cue;
      if (cue.stage === 'waiting' || cue.stage === 'gathering') buffers[cue.where].push(name);
      else if (held[cue.where]) held[cue.where].push(name);
    }
    for (const buffer of this.buffers) buffers[buffer].sort((a, b) => orders[a].rank - orders[b].rank);
    return { machines, orders, buffers, held };
  }
  /** Milliseconds that an order is late at t (negative: that are left); null where nothing is due. */
  lateness(name, t) {
    const { due } = this.terms(name, t), { gone } = this.orders[name];
    return due === null ? null : (gone !== null && gone <= t ? gone : t) - due;
  }
  /** Milliseconds of a machine by status, from the film's beginning to t. */
  split(name, t) {
    const track = this.machines[name], found = {}, at = track.index(t);
    if (!track.sums) {
      track.sums = {};
      for (const word of new Set(track.words)) track.sums[word] = new Float64Array(track.times.length);
      for (let n = 1; n < track.times.length; n++) {
        for (const sums of Object.values(track.sums)) sums[n] = sums[n - 1];
        track.sums[track.words[n - 1]][n] += track.times[n] - track.times[n - 1];
      }
    }
    for (const [word, sums] of Object.entries(track.sums)) {
      const span = sums[at] + (track.words[at] === word ? t - track.times[at] : 0);
      if (span > 0) found[word] = span;
    }
    return found;
  }
  /** A machine's status for each cell of so many milliseconds: what it did most in it; a breakdown counts fourfold. */
  cells(name, size) {
    const track = this.machines[name], count = Math.max(1, Math.ceil((this.end - this.start) / size)), words = [...new Set(track.words)];
    const times = new Float64Array(count * words.length), found = new Uint8Array(count);
    track.words.forEach((word, at) => {
      const kind = words.indexOf(word), weight = word === 'down' ? 4 : 1, to = (track.until(at) ?? this.end) - this.start;
      for (let from = track.times[at] - this.start; from < to;) {
        const cell = Math.floor(from / size), edge = Math.min(to, (cell + 1) * size);
        if (cell < count) times[cell * words.length + kind] += weight * (edge - from);
        from = edge;
      }
    });
    for (let cell = 0; cell < count; cell++)
      for (let kind = 1, base = cell * words.length; kind < words.length; kind++) if (times[base + kind] > times[base + found[cell]]) found[cell] = kind;
    return { words, found };
  }
  /** Where troubles begin: a machine goes down, an order that has not left is past due. */
  troubles() {
    const found = [];
    for (const [name, track] of Object.entries(this.machines))
      track.words.forEach((word, at) => { if (word === 'down') found.push({ time: track.times[at], machine: name, why: track.reasons[at] }); });
    for (const [name, track] of Object.entries(this.orders)) {
      const { due } = track.terms[track.terms.length - 1];
      if (due !== null && due >= this.start && due < this.end && (track.gone === null || track.gone > due)) found.push({ time: due + 1, order: name });
    }
    return found.sort((a, b) => a.time - b.time);
  }
  /** Stretches of more than ten minutes in which no machine is open and none is down. */
  nights() {
    const changes = [], count = Object.keys(this.machines).length;
    for (const track of Object.values(this.machines)) {
      let was = false;
      track.words.forEach((word, at) => {
        if ((word === 'closed') !== was) { was = !was; changes.push([track.times[at], was ? 1 : -1]); }
      });
    }
    changes.sort((a, b) => a[0] - b[0]);
    const found = [];
    let closed = 0, since = null;
    for (const [time, change] of [...changes, [this.end, 0]]) {
      if (since !== null && time > since && (closed + change < count || time === this.end)) {
        if (time - since > 600000) found.push([since, time]);
        since = null;
      }
      closed += change;
      if (closed === count && since === null) since = time;
    }
    return found;
  }
}

/** An order that is where its lots are, and a lot that is where its order is. */
const ELSEWHERE = new Set(['split', 'merged']);
const GONE = new Set(['finished', 'turned_away', 'cancelled', 'merged']);
