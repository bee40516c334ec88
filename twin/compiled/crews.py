"""Crews on the compiled floor: they come and go, and see to the machines that need them: `twin.engine.people`."""

from twin.compiled import tallying as tally
from twin.compiled.arrays import (
    CREW_CAME,
    CREW_LEFT,
    ENGAGED,
    NOBODY,
    SETUP,
    World,
    clock,
    fixture,
    machine,
    mark,
    number,
    put_mark,
)
from twin.compiled.calendars import next_turn
from twin.compiled.noting import note
from twin.compiled.pauses import pause
from twin.compiled.sharing import TASKS, TO_SET_UP, TO_WORK, crew, crew_terms, post
from twin.compiled.slots import arm, ask
from twin.compiled.staffing import (
    dismiss,
    engage,
    free_crew,
    has_people_of,
    look,
    people_needed,
    set_free,
    skill_needed,
    will_come,
)
from twin.compiled.stoppages import arm_stoppage, arm_work, call_people
from twin.compiled.tallying import could_run
from twin.compiled.teams import LACKS, team
from twin.native import compiled

_POSTS = len(TASKS)


@compiled
def engaged(w: World, index: int, who: int, task: int, people: int, now: int) -> None:
    """People of a crew come to a machine, for a task."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    if machine(w, index).is_unattended:
        pause(w, index, now)
    engage(w, index, task, who, people)
    look(w, index)
    if w.is_counting:
        tally.see_stopped_or_going(w, index, False, now)
    note(w, now, ENGAGED, index, NOBODY, who, task, people, 0)


@compiled
def crew_left(w: World, who: int, now: int) -> None:
    """The shift of a crew ends; those who do not finish what they have in hand leave it."""
    if clock(w, 0).is_over:
        return
    agreed = crew_terms(w, who)
    clock(w, 0).now = now
    crew(w, who).is_away = 1
    if not agreed.finishes:
        for index in range(w.machine_count):
            if has_people_of(w, index, who):
                pause(w, index, now)
                for task in range(TO_SET_UP, TO_WORK + 1):
                    if post(w, index * _POSTS + task).crew == who:
                        dismiss(w, index, task)
                look(w, index)
    if w.is_counting:
        for n in range(agreed.served, agreed.served + agreed.served_count):
            tally.turn_to(w, number(w, n), now)
    note(w, now, CREW_LEFT, NOBODY, NOBODY, who, 0, 0, 0)


@compiled
def crew_came(w: World, who: int, now: int) -> None:
    """The shift of a crew begins."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    crew(w, who).is_away = 0
    set_free(w, who)
    note(w, now, CREW_CAME, NOBODY, NOBODY, who, 0, 0, 0)


@compiled
def attend(w: World) -> None:
    """Let people go to the machines that stand still for want of them, and the others be asked again."""
    c = clock(w, 0)
    c.people_calling = 0
    for n in range(w.needy, w.needy + w.needy_count):
        index = number(w, n)
        m = machine(w, index)
        if m.is_unattended and could_run(w, index, m):
            task, needed = TO_SET_UP if m.phase == SETUP else TO_WORK, skill_needed(w, index)
            if needed != NOBODY:
                people = people_needed(w, index)
                who = free_crew(w, needed, task, people)
                if who != NOBODY:
                    engaged(w, index, who, task, people, c.now)
                    left_or_attended(w, index)
    for n in range(w.needy, w.needy + w.needy_count):
        ask(w, number(w, n))


@compiled
def come(w: World, index: int, o: int) -> None:
    """Let the people come whom a machine needs that takes an order."""
    setter, setters, worker, workers = team(w, index, o)
    now = clock(w, 0).now
    if setter == LACKS:
        return
    if setter != NOBODY:
        engaged(w, index, setter, TO_SET_UP, setters, now)
    if worker != NOBODY:
        engaged(w, index, worker, TO_WORK, workers, now)


@compiled
def may_attend(w: World, index: int) -> bool:
    """Whether a machine is attended, or somebody may still come to it."""
    if not machine(w, index).is_unattended:
        return True
    needed = skill_needed(w, index)
    return needed != NOBODY and will_come(w, needed, people_needed(w, index))


@compiled
def crew_due(w: World, who: int, now: int) -> None:
    """A crew comes or leaves."""
    if crew(w, who).is_away:
        crew_came(w, who, now)
    else:
        for index in range(w.machine_count):
            put_mark(w, index, 1 if has_people_of(w, index, who) else 0)
        crew_left(w, who, now)
        for index in range(w.machine_count):
            if mark(w, index):
                left_or_attended(w, index)
    call_people(w)
    arm_crew(w, who)


@compiled
def arm_crew(w: World, who: int) -> None:
    """Work out when a crew comes or leaves next."""
    agreed = crew_terms(w, who)
    if agreed.turn != NOBODY:
        arm(w, agreed.slot, next_turn(w, agreed.turn, clock(w, 0).now, crew(w, who).is_away))


@compiled
def left_or_attended(w: World, index: int) -> None:
    """The work of a machine stops or goes on, because people left it or came to it."""
    arm_work(w, index)
    arm_stoppage(w, index)
    if fixture(w, index).tasks:
        clock(w, 0).is_calling = 1
