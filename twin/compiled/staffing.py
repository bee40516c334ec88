"""Who is at which machine on the compiled floor: `twin.applying.people`, and who is free of `twin.needs.people`."""

from twin.compiled.arrays import FAR, NOBODY, SETUP, WORK, World, clock, fixture, machine, number, order, stop, terms
from twin.compiled.calendars import next_change
from twin.compiled.lacks import COMES
from twin.compiled.sharing import TASKS, TO_SET_UP, TO_WORK, crew, crew_terms, post, skill
from twin.native import compiled

_POSTS = len(TASKS)


@compiled
def are_free(w: World, who: int, task: int, people: int) -> bool:
    """Whether a crew is there and has so many free: whole people, or one who can tend one more machine."""
    known, agreed = crew(w, who), crew_terms(w, who)
    if known.is_away:
        return False
    tending, whole = known.tending, known.whole
    if task == TO_WORK and people == 1:
        tending += 1
    else:
        whole += people
    return whole - (-tending // agreed.tends) <= agreed.size


@compiled
def free_crew(w: World, needed: int, task: int, people: int) -> int:
    """The first crew with a skill that has so many people there and free for a task; -1 if there is none."""
    s = skill(w, needed)
    for n in range(s.able, s.able + s.able_count):
        if are_free(w, number(w, n), task, people):
            return number(w, n)
    return NOBODY


@compiled
def is_able(w: World, who: int, needed: int) -> bool:
    """Whether a crew has a skill."""
    s = skill(w, needed)
    for n in range(s.able, s.able + s.able_count):
        if number(w, n) == who:
            return True
    return False


@compiled
def lacking_until(w: World, needed: int, people: int) -> int:
    """Until when at the latest not so many with a skill are free: COMES if they will be, FAR if nobody knows."""
    s, soonest, comes, now = skill(w, needed), FAR, FAR, clock(w, 0).now
    for n in range(s.able, s.able + s.able_count):
        known, agreed = crew(w, number(w, n)), crew_terms(w, number(w, n))
        if agreed.size >= people:
            if known.is_away and agreed.turn != NOBODY:
                soonest = min(soonest, next_change(w, agreed.turn, now))
            if known.whole > 0:
                comes = COMES
    return soonest if soonest < FAR else comes


@compiled
def will_come(w: World, needed: int, people: int) -> bool:
    """Whether so many of one crew with a skill are there or ever will be."""
    s = skill(w, needed)
    for n in range(s.able, s.able + s.able_count):
        known, agreed = crew(w, number(w, n)), crew_terms(w, number(w, n))
        is_there = not known.is_away or agreed.turn == NOBODY
        if agreed.size >= people and (is_there or next_change(w, agreed.turn, clock(w, 0).now) < FAR):
            return True
    return False


@compiled
def skill_needed(w: World, index: int) -> int:
    """The skill that a machine's present setup or work needs; -1 if nobody has to be there."""
    m = machine(w, index)
    if m.phase == SETUP:
        return fixture(w, index).setup_skill
    if m.phase != WORK or m.order == NOBODY:
        return NOBODY
    return stop(w, terms(w, m.order).first_stop + order(w, m.order).step).skill


@compiled
def people_needed(w: World, index: int) -> int:
    """How many people a machine's present setup or work needs, where it needs any."""
    m = machine(w, index)
    if m.phase == SETUP:
        return fixture(w, index).setup_people
    return stop(w, terms(w, m.order).first_stop + order(w, m.order).step).people


@compiled
def engage(w: World, index: int, task: int, who: int, people: int) -> None:
    """Let so many people of a crew be at a machine for a task."""
    known, there = crew(w, who), post(w, index * _POSTS + task)
    if task == TO_WORK and people == 1:
        known.tending += 1
    else:
        known.whole += people
    there.crew, there.hands = who, people


@compiled
def dismiss(w: World, index: int, task: int) -> None:
    """Let whoever is at a machine for a task be free; machines that may want them have another choice now."""
    there = post(w, index * _POSTS + task)
    if there.crew == NOBODY:
        return
    known = crew(w, there.crew)
    if task == TO_WORK and there.hands == 1:
        known.tending -= 1
    else:
        known.whole -= there.hands
    set_free(w, there.crew)
    there.crew = NOBODY


@compiled
def set_free(w: World, who: int) -> None:
    """Let machines that were told to wait be asked again, where they may want people of a crew."""
    agreed = crew_terms(w, who)
    for n in range(agreed.served, agreed.served + agreed.served_count):
        machine(w, number(w, n)).is_held = 0


@compiled
def has_people_of(w: World, index: int, who: int) -> bool:
    """Whether anybody of a crew is at a machine."""
    for task in range(index * _POSTS, (index + 1) * _POSTS):
        if post(w, task).crew == who:
            return True
    return False


@compiled
def is_manned(w: World, index: int) -> bool:
    """Whether anybody is at a machine."""
    for task in range(index * _POSTS, (index + 1) * _POSTS):
        if post(w, task).crew != NOBODY:
            return True
    return False


@compiled
def stand_still(w: World, index: int) -> None:
    """Let those who set a machine up or tend it be free, because it stands still."""
    dismiss(w, index, TO_SET_UP)
    dismiss(w, index, TO_WORK)
    look(w, index)


@compiled
def hand_over(w: World, index: int) -> None:
    """Let a setup or work begin: who has set a machine up is free, or stays for the work if nobody else is there."""
    m = machine(w, index)
    if m.phase == WORK:
        there, needed = post(w, index * _POSTS + TO_SET_UP), skill_needed(w, index)
        setter, setters = there.crew, there.hands
        dismiss(w, index, TO_SET_UP)
        if setter != NOBODY and needed != NOBODY and post(w, index * _POSTS + TO_WORK).crew == NOBODY:
            people = people_needed(w, index)
            if is_able(w, setter, needed) and (people <= setters or are_free(w, setter, TO_SET_UP, people)):
                engage(w, index, TO_WORK, setter, people)
    look(w, index)


@compiled
def look(w: World, index: int) -> None:
    """See whether the people are there that a machine needs now."""
    m, task = machine(w, index), TO_SET_UP
    m.is_unattended = 0
    if m.phase == WORK:
        task = TO_WORK
    elif m.phase != SETUP:
        return
    if post(w, index * _POSTS + task).crew == NOBODY and skill_needed(w, index) != NOBODY:
        m.is_unattended = 1
