"""Random workspaces: small tables with gaps, empty cells, refunds and huge amounts; metrics over them; plans within plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import product

from hypothesis import strategies as st

from tests.oracle.days import Happened, Logged
from tests.oracle.shop import (
    Aggregate,
    Band,
    Better,
    Cell,
    Condition,
    Field,
    Formula,
    Function,
    Metric,
    Missing,
    Operation,
    Plan,
    Rise,
    Row,
    Shop,
    Sign,
    Span,
    Table,
    Target,
    Weights,
)

# Around a leap day, a turn of the year, and the start of a quarter.
STARTS = (date(2024, 2, 24), date(2023, 12, 27), date(2024, 3, 25))
LENGTH = 12
WHOLE = (Span(date(2024, 2, 1), date(2024, 2, 29)), Span(date(2024, 1, 1), date(2024, 3, 31)), Span(date(2023, 1, 1), date(2023, 12, 31)))
TEXTS = {"channel": ("tmall", "jd", "douyin"), "sku": ("a", "b"), "region": ("n", "s")}
HOT = Condition("channel", "in", ("jd", "tmall"))
COLD = Condition("channel", "not in", ("jd", "tmall"))
NOT_JD = Condition("channel", "!=", "jd")
JD = Condition("channel", "=", "jd")

COUNTS = st.integers(0, 50).map(Fraction) | st.sampled_from([Fraction(0), Fraction(100), Fraction(1, 2), Fraction(5, 4)])
AMOUNTS = st.integers(-5, 40).map(Fraction) | st.integers(-(10**6), 10**7).map(lambda fen: Fraction(fen, 100))
HUGE = st.sampled_from([Fraction(99_999_999_999_999_999, 100), Fraction(-99_999_999_999_999_999, 100), Fraction(10**14)])
TAME: Mapping[bool, st.SearchStrategy[Cell]] = {True: AMOUNTS, False: COUNTS}
WILD: Mapping[bool, st.SearchStrategy[Cell]] = {True: AMOUNTS | st.none() | HUGE, False: COUNTS | st.none()}
BETTER: st.SearchStrategy[Better] = st.sampled_from(["up", "down", "band"])
MONEY = ("paid", "cost")
SIZES = st.sampled_from([0, 8, 16])
WEIGHTS = st.sampled_from([Fraction(1), Fraction(0), Fraction(5, 2), Fraction(70)])


@cache
def rows(start: date, dimensions: tuple[str, ...], fields: tuple[str, ...], wild: bool) -> st.SearchStrategy[tuple[Row, ...]]:
    """Rows of some of the days and parts, in any order, each key once; if `wild`, with empty cells and huge amounts."""
    keys = list(product(range(LENGTH), *(TEXTS[name] for name in dimensions)))

    def row(key: tuple[int, ...], cells: tuple[Cell, ...]) -> Row:
        return Row(start + timedelta(key[0]), dict(zip(dimensions, map(str, key[1:]), strict=True)), dict(zip(fields, cells, strict=True)))

    one = st.tuples(st.sampled_from(keys), st.tuples(*((WILD if wild else TAME)[name in MONEY] for name in fields)))
    several = SIZES.flatmap(lambda least: st.lists(one, min_size=least, max_size=20, unique_by=lambda each: each[0]))
    return several.map(lambda found: tuple(row(*each) for each in found))


@st.composite
def tables(draw: st.DrawFn, start: date, wild: bool = True) -> Mapping[str, Table]:
    """Sales by channel and perhaps more, advertising and distinct members by channel, and what lies in stock."""
    sales = ("channel", *draw(st.sampled_from([(), ("sku",), ("sku", "region")])))
    declared = {
        "sales": (sales, {"paid": Field("CNY"), "visitors": Field("person-days"), "buyers": Field("person-days")}),
        "ads": (("channel",), {"cost": Field("CNY")}),
        "club": (("channel",), {"members": Field("person", "none", "none"), "returning": Field("percent", "none", "none")}),
        "stock": (("sku",), {"units": Field("piece", "last")}),
    }
    return {id_: Table(by, fields, draw(rows(start, by, tuple(fields), wild))) for id_, (by, fields) in declared.items()}


PAID, COST = Aggregate("sum", "sales", "paid"), Aggregate("sum", "ads", "cost")
BUYERS, VISITORS = Aggregate("sum", "sales", "buyers"), Aggregate("sum", "sales", "visitors")
FUNCTIONS: tuple[Function, ...] = ("sum", "last", "mean", "min", "max", "top")
FIELDS = {"CNY": [("sales", "paid"), ("ads", "cost")], "piece": [("stock", "units")], "person": [("club", "members")]}


@st.composite
def aggregates(draw: st.DrawFn, unit: str) -> Aggregate:
    """Any aggregate of a field in the unit, with filters where it has channels to filter by."""
    table, field = draw(st.sampled_from(FIELDS[unit]))
    filters = st.just(()) if table == "stock" else st.sampled_from([(), (JD,), (NOT_JD,), (HOT,), (COLD,), (HOT, NOT_JD)])
    return Aggregate(
        draw(st.sampled_from(FUNCTIONS)), table, field, draw(filters), draw(st.integers(1, 2)), "sku" if table == "stock" else "channel"
    )


@cache
def formulas(unit: str) -> st.SearchStrategy[Formula]:
    """Formulas that come to the unit: aggregates, added and subtracted, and multiplied or divided by a number."""
    numbers = st.sampled_from([Fraction(0), Fraction(2), Fraction(1, 4), Fraction(100)])

    def larger(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        signs: st.SearchStrategy[Sign] = st.sampled_from(["+", "-"])
        by: st.SearchStrategy[Sign] = st.sampled_from(["*", "/"])
        return st.builds(Operation, signs, inner, inner) | st.builds(Operation, by, inner, numbers)

    leaf: st.SearchStrategy[Formula] = aggregates(unit)
    return leaf | larger(leaf) | larger(larger(leaf))


@st.composite
def metrics(draw: st.DrawFn) -> Mapping[str, Metric]:
    """The metrics that every shop has, and some of any form."""
    least, unit = draw(st.sampled_from([None, 1, 30])), draw(st.sampled_from(sorted(FIELDS)))
    missing: Missing = draw(st.sampled_from(["skip", "zero", "refuse"]))
    return {
        "gmv": Metric(PAID, "CNY", missing=missing),
        "jd": Metric(Aggregate("sum", "sales", "paid", (JD,)), "CNY", daily=False),
        "conversion": Metric(Operation("/", BUYERS, VISITORS), "percent", min_denominator=least),
        "cost-rate": Metric(Operation("/", COST, PAID), "percent", "down", daily=False, inverse=draw(st.booleans())),
        "cost": Metric(COST, "CNY", draw(BETTER), daily=draw(st.booleans()), inverse=draw(st.booleans())),
        "paying-rows": Metric(Aggregate("count", "sales", "paid", (COLD,)), "order", daily=False, missing=missing),
        "best-day": Metric(Aggregate("max", "sales", "paid"), "CNY", daily=False),
        "worst-day": Metric(Aggregate("min", "sales", "paid"), "CNY", daily=False),
        "top-channel": Metric(Aggregate("top", "sales", "paid", (), 1, "channel"), "CNY", daily=False),
        "on-hand": Metric(Aggregate("last", "stock", "units"), "piece", draw(BETTER)),
        "stock-level": Metric(Aggregate("mean", "stock", "units"), "piece", daily=False),
        "any": Metric(draw(formulas(unit)), unit, draw(BETTER), daily=draw(st.booleans()), missing=missing),
        "any-ratio": Metric(Operation("/", draw(formulas("CNY")), draw(formulas("CNY"))), "1:n", daily=False),
        "members": Metric(Aggregate("sum", "club", "members", (JD,)), "person", daily=False),
        "returning": Metric(Aggregate(draw(st.sampled_from(["mean", "last", "max"])), "club", "returning", (JD,)), "percent", daily=False),
    }


@cache
def spans(start: date) -> st.SearchStrategy[Span]:
    """Stretches of days around those that have rows, of one day and more."""
    return st.tuples(st.integers(-3, LENGTH), st.sampled_from([2, 0, 1]) | st.integers(0, LENGTH)).map(
        lambda each: Span(start + timedelta(each[0]), start + timedelta(sum(each)))
    )


@cache
def goals(start: date, unit: str, better: Better) -> st.SearchStrategy[Fraction | Rise | Band]:
    """A level, or a rise over a value or a period; for what is best in between a band."""
    rate, levels = unit == "percent", [Fraction(100), Fraction(0), Fraction(1, 4), Fraction(-100), Fraction(5_000_000), Fraction(5, 4)]
    level = st.integers(1, 100).map(lambda each: Fraction(each, 100)) if rate else st.sampled_from(levels)
    by = st.sampled_from([Fraction(1, 5), Fraction(-1, 2), Fraction(0)])
    if better == "band":
        return st.tuples(level, level).map(lambda each: Band(min(each), max(each)))
    return level | st.builds(Rise, by, st.booleans(), level | spans(start))


@st.composite
def targets(draw: st.DrawFn, start: date, among: Mapping[str, Metric]) -> dict[str, Target]:
    """A few targets, no two of the same metric and part; mostly one for the metric that every plan is about."""
    where = st.sampled_from([(), (("channel", "jd"),)])
    wanted = draw(st.lists(st.tuples(st.sampled_from(sorted(among)), where), max_size=3, unique=True))
    if draw(st.sampled_from([True, True, True, False])):
        wanted = list(dict.fromkeys([("gmv", ()), *wanted]))
    return {
        f"{metric}.part" if part else metric: Target(metric, draw(goals(start, among[metric].unit, among[metric].better)), part)
        for metric, part in wanted
    }


def plain(among: Mapping[str, Metric]) -> dict[str, Target]:
    """A target for every metric, so that each is measured over the whole plan."""
    goal, band = Fraction(100), Band(Fraction(0), Fraction(100))
    return {id_: Target(id_, band if metric.better == "band" else goal) for id_, metric in among.items()}


@st.composite
def plans(draw: st.DrawFn, start: date, among: Mapping[str, Metric]) -> Mapping[str, Plan]:
    """A plan; perhaps up to two within it side by side, and one within the first of these."""
    inner, core = draw(st.sampled_from([(0, False), (1, False), (1, True), (2, False), (2, True)]))
    outer = draw(st.sampled_from(["whole", "all"]))  # one of them comes after the others in the order of ids, the other before
    whole = draw(spans(start) | st.sampled_from(WHOLE))
    found, days = {outer: Plan(whole, plain(among) | draw(targets(start, among)))}, whole.days()
    halves = [days] if inner == 1 else [days[: len(days) // 2], days[len(days) // 2 :]] if inner else []
    for number, half in enumerate(halves):
        if half:
            cuts = sorted(draw(st.tuples(st.sampled_from(half), st.sampled_from(half))))
            found[f"part{number}"] = Plan(Span(*cuts), draw(targets(start, among)), outer)
            if core and number == 0:
                found["core"] = Plan(Span(cuts[1], cuts[1]), draw(targets(start, among)), "part0")
    return found


@cache
def calendars(start: date) -> st.SearchStrategy[Weights]:
    """Weights of the days, zero among them; spans may overlap."""
    weekdays = st.dictionaries(st.integers(0, 6), WEIGHTS, max_size=2)
    return st.builds(Weights, WEIGHTS, weekdays, st.lists(st.tuples(spans(start), WEIGHTS), max_size=2).map(tuple))


@st.composite
def shops(draw: st.DrawFn, wild: bool = True) -> Shop:
    """A workspace; if not `wild`, one where every cell is filled and no amount is huge."""
    start = draw(st.sampled_from(STARTS))
    measured = draw(metrics())
    planned = draw(plans(start, measured))
    ends = st.sampled_from([plan.period.end for plan in planned.values()])
    through = draw(ends | st.integers(-2, 20).map(lambda each: start + timedelta(each)))
    return Shop(draw(tables(start, wild)), measured, planned, draw(calendars(start)), through)


MOVING: Mapping[str, Metric] = {
    "gmv": Metric(PAID, "CNY", drivers=("visitors", "conversion", "order-value"), parts=("channel",)),
    "visitors": Metric(VISITORS, "person-days", parts=("channel",)),
    "conversion": Metric(Operation("/", BUYERS, VISITORS), "percent", min_denominator=5, parts=("channel",)),
    "order-value": Metric(Operation("/", PAID, BUYERS), "CNY"),
}


PACES = (
    (st.integers(1, 30), st.integers(1, 10**5)),
    (st.integers(0, 6), st.integers(-200, 400)),
    (st.sampled_from([10, 20]), st.sampled_from([20_000, 20_100])),  # changes of just 0.5 %
)


@st.composite
def moving_shops(draw: st.DrawFn) -> Shop:
    """A workspace whose figures move from one period to the next: channels come and go, factors are zero or negative, or none is."""
    length, start = draw(st.integers(1, 3)), STARTS[0]
    counts, amounts = draw(st.sampled_from(PACES))
    gaps = draw(st.booleans())
    rows = []
    for day, channel in product(range(2 * length), TEXTS["channel"]):
        cells = (
            draw(st.none() | st.tuples(amounts, counts, counts)) if gaps or channel != "tmall" else draw(st.tuples(amounts, counts, counts))
        )
        if cells is not None:
            paid, visitors, buyers = cells
            numbers = {"paid": Fraction(paid, 100), "visitors": Fraction(visitors), "buyers": Fraction(buyers)}
            rows.append(Row(start + timedelta(day), {"channel": channel}, numbers))
    table = Table(("channel",), {"paid": Field("CNY"), "visitors": Field("person-days"), "buyers": Field("person-days")}, tuple(rows))
    aimed = draw(st.lists(st.sampled_from(sorted(MOVING)), unique=True, max_size=4))
    wanted = {id_: Target(id_, draw(goals(start, MOVING[id_].unit, "up"))) for id_ in aimed}
    plan = Plan(Span(start + timedelta(length), start + timedelta(2 * length - 1)), wanted)
    return Shop({"sales": table}, MOVING, {"now": plan}, Weights(), plan.period.end - timedelta(draw(st.integers(0, 1))))


PERIODS = (
    Span(date(2024, 2, 1), date(2024, 2, 29)),
    Span(date(2024, 3, 1), date(2024, 3, 31)),
    Span(date(2024, 4, 1), date(2024, 6, 30)),
    Span(date(2024, 2, 20), date(2024, 3, 10)),
    Span(date(2023, 12, 30), date(2024, 1, 1)),
)


@st.composite
def long_shops(draw: st.DrawFn) -> Shop:
    """A workspace with figures of a year and more, and a plan for one of these months, quarters or stretches, over or not."""
    period = draw(st.sampled_from(PERIODS))
    first, seed = period.start - timedelta(draw(st.sampled_from([370, 366, 100]))), draw(st.integers(1, 1000))
    without = draw(st.sets(st.sampled_from(period.days()), max_size=1))
    rows = [
        Row(
            day,
            {"channel": "tmall"},
            {name: Fraction((seed * number * number) % (97 + place)) for place, name in enumerate(("paid", "visitors", "buyers"))},
        )
        for number, day in enumerate(Span(first, period.end).days())
        if day not in without
    ]
    fields = {"paid": Field("CNY"), "visitors": Field("person-days"), "buyers": Field("person-days")}
    metrics = {"gmv": Metric(PAID, "CNY"), "conversion": Metric(Operation("/", BUYERS, VISITORS), "percent", daily=False)}
    wanted = {"gmv": Target("gmv", Fraction(3000)), "conversion": Target("conversion", Fraction(1, 10))}
    through = draw(st.sampled_from([period.end, *period.days()]))
    return Shop({"sales": Table(("channel",), fields, tuple(rows))}, metrics, {"p": Plan(period, wanted)}, Weights(), through)


STEPS = ("listing", "stock", "ads")
DAYS = Span(date(2024, 5, 30), date(2024, 6, 3)).days()
NOW = st.datetimes(datetime(2024, 5, 30, 9), datetime(2024, 6, 4, 20)).map(lambda each: each.replace(second=0, microsecond=0))
LATER = st.none() | st.sampled_from([0, 1, 24 * 60 - 1, 24 * 60, 24 * 60 + 1]) | st.integers(0, 3000)


@st.composite
def rounds(draw: st.DrawFn) -> Logged:
    """Logs of some days, and a daily round of which some checks are due every day."""
    due = draw(st.lists(st.sampled_from(STEPS), unique=True))
    days = draw(st.lists(st.sampled_from(DAYS), unique=True))
    some = st.frozensets(st.sampled_from(STEPS))
    others = tuple(step for step in STEPS if step not in due)
    since = draw(st.none() | st.sampled_from(DAYS))
    return Logged(tuple(due), others, {day: draw(some) for day in days}, {day: draw(some) for day in days}, since)


@st.composite
def troubles(draw: st.DrawFn) -> Mapping[str, Happened]:
    """Incidents, planned for and resolved in time, late or not at all."""
    found = {}
    for number in range(draw(st.integers(0, 4))):
        detected = draw(NOW)
        planned, resolved = (None if after is None else detected + timedelta(minutes=after) for after in draw(st.tuples(LATER, LATER)))
        owner, metric = draw(st.sampled_from([None, "ops", "boss"])), draw(st.sampled_from([None, "gmv"]))
        found[f"i{number}"] = Happened(detected, planned, resolved, owner, metric)
    return found
