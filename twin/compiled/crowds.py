"""Several floors that work together, as one call finds them."""

from twin.native import Fixed, column, only, writer


class Crowd(Fixed):
    """Several worlds together: their addresses, what each is given, what each came back for."""

    members: int
    given: int
    answers: int
    count: int


crowd = only(Crowd)
member = column(int, "members", Crowd, is_fixed=True)
given = column(int, "given", Crowd, is_fixed=True)
answer = column(int, "answers", Crowd)
put_answer = writer(int, "answers", Crowd)
