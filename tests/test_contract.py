"""The contract: `schemas/` says what is allowed, `sopgen/records/` says names and types, and the two never disagree."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from sopgen.readers import yaml
from sopgen.records import KINDS, Goal, Import, Kind, Log, Readings, Ref, Research, Resources, Retro, Strategy, Table
from sopgen.words.dates import Duration, Instant, Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import LANGUAGES, Text

Schema = dict[str, Any]

FOLDER = Path(__file__).parent.parent / "schemas"
SHARED, FACTS, TRACE = "common.json", "facts.json", "trace.json"
FILES: dict[str, Schema] = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.iterdir())}
REGISTRY: Registry[Any] = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in FILES.items())

# What JSON Schema calls the plain types, and which shared definitions stand for the classes that read a value.
PLAIN = {str: "string", int: "integer", bool: "boolean", Fraction: "number"}
READ_BY: Mapping[object, tuple[str, ...]] = {
    Text: ("text",),
    Quantity: ("quantity", "change"),
    Goal: ("goal",),
    Period: ("period",),
    Instant: ("instant",),
    Duration: ("duration", "days"),
    Readings: ("readings",),
    date: ("date",),
}
SPECIAL_IDS = {
    "sop": "sop-id",
    "sop-version": "pinned-sop-id",
    "step": "step-id",
    "finding": "finding-id",
    "alert": "alert-id",
    "output": "output-id",
    "target": "target-id",
    "aim": "aim-id",
}
ID_IS_THE_PLACE = (Table, Import, Log, Research, Resources, Retro, Strategy)

ANNOTATIONS = {"title", "description", "examples", "$comment", "$schema", "$defs", "x-rule"}
# A misspelt keyword would be ignored without a word, and anyOf, oneOf and allOf make several findings of one mistake.
ASSERTIONS = {
    *("$ref", "type", "enum", "format", "pattern", "minLength", "minimum", "not"),
    *("maximum", "items", "minItems", "maxItems", "uniqueItems"),
    *("properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired"),
}


def _reads(parse: Callable[[str], object], value: object) -> bool:
    """For a format: raises ValueError where `parse` does. A mapping or a list is checked by the other keywords."""
    if not isinstance(value, Mapping | list):
        parse(str(value))
    return True


FORMATS = FormatChecker(formats=())
for _name, _parse in {
    "quantity": Quantity.parse,
    "period": Period.parse,
    "instant": Instant.parse,
    "date": date.fromisoformat,
    "reading": Readings.parse_day,
}.items():
    FORMATS.checks(_name, raises=ValueError)(partial(_reads, _parse))


def _findings(place: str, value: object) -> list[str]:
    """What the schema at `place` (`tasks.json#/$defs/task`) says against `value`: one line a finding, the pointer and the keyword."""
    validator = Draft202012Validator({"$ref": place}, registry=REGISTRY, format_checker=FORMATS)
    errors = validator.iter_errors(value)
    return sorted(f"{'/'.join(str(part) for part in error.absolute_path)}: {error.validator}" for error in errors)


# --- the schemas by themselves ---------------------------------------------------------------------------------------


def _parts(schema: Schema, place: str) -> Iterator[tuple[str, Schema]]:
    """The schema and all schemas in it, each with its place."""
    yield place, schema
    for keyword in ("properties", "$defs"):
        for name, part in schema.get(keyword, {}).items():
            yield from _parts(part, f"{place}/{keyword}/{name}")
    for keyword in ("items", "propertyNames", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from _parts(schema[keyword], f"{place}/{keyword}")


PARTS = {place: part for name, schema in FILES.items() for place, part in _parts(schema, f"{name}#")}
NAMED = {place: part for place, part in PARTS.items() if place.split("/")[-2:-1] in (["properties"], ["$defs"])}


def test_every_kind_has_a_schema_and_every_schema_a_kind() -> None:
    """But for what kinds share, and for what the program prints (tests/test_exports.py holds it against its schema)."""
    assert set(FILES) == {f"{kind.name}.json" for kind in KINDS} | {SHARED, FACTS, TRACE}


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_valid_and_says_what_it_is(name: str) -> None:
    Draft202012Validator.check_schema(FILES[name])
    assert FILES[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert FILES[name]["title"]
    assert FILES[name]["description"].endswith(".")
    assert "$id" not in FILES[name], "an $id would move the references away from the folder"


def test_only_the_known_keywords_are_used() -> None:
    assert {place: unknown for place, part in PARTS.items() if (unknown := set(part) - ASSERTIONS - ANNOTATIONS)} == {}


def test_a_reference_carries_nothing_beside_it_but_words() -> None:
    assert [place for place, part in PARTS.items() if "$ref" in part and set(part) - ANNOTATIONS != {"$ref"}] == []


def test_every_definition_is_used() -> None:
    refs = [(place.split("#")[0], *part["$ref"].split("#")) for place, part in PARTS.items() if "$ref" in part]
    used = {f"{name or here}#{pointer}" for here, name, pointer in refs}
    assert {place for place in NAMED if place.split("/")[-2] == "$defs"} - used == set()


def test_every_property_is_described_in_a_sentence() -> None:
    assert [place for place, part in NAMED.items() if not part.get("description", "").endswith(".")] == []


def test_every_property_has_examples_of_its_own() -> None:
    assert [place for place, part in NAMED.items() if not part.get("examples")] == []


def test_every_value_has_examples_to_show_in_a_finding() -> None:
    values = {place: part for place, part in PARTS.items() if place != f"{SHARED}#" and not place.endswith("/propertyNames")}
    assert [place for place, part in values.items() if not Node.at(place.split("#")[0], part, place).schema.get("examples")] == []


def test_every_example_is_allowed() -> None:
    examples = [(place, example) for place, part in PARTS.items() for example in part.get("examples", ())]
    assert [(place, example, found) for place, example in examples if (found := _findings(place, example))] == []


def test_every_object_is_closed() -> None:
    assert [place for place, part in PARTS.items() if "object" in part.get("type", ()) and not _closed(part)] == []


def _closed(schema: Schema) -> bool:
    """Whether an object lists its properties, or a mapping says what its keys and its values are."""
    if "properties" in schema:
        return schema.get("additionalProperties") is False
    return {"propertyNames", "additionalProperties"} <= set(schema)


def test_the_languages_are_those_of_texts() -> None:
    shared = FILES[SHARED]["$defs"]
    assert shared["language"]["enum"] == list(LANGUAGES)
    assert list(shared["text"]["properties"]) == list(LANGUAGES)


# --- the schemas beside the record classes ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A schema, references followed, with the file that it stands in and what to call it in a message."""

    file: str
    schema: Schema
    where: str

    @classmethod
    def at(cls, file: str, schema: Schema, where: str) -> Node:
        """Follow the references of `schema`; the words beside a reference replace those of its target."""
        while "$ref" in schema:
            name, pointer = schema["$ref"].split("#")
            file = name or file
            words = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
            target: Schema = FILES[file]
            for part in pointer.split("/")[1:]:
                target = target[part]
            schema = target | words
        return cls(file, schema, where)

    def part(self, schema: Schema, name: str) -> Node:
        """A schema within this one."""
        return Node.at(self.file, schema, f"{self.where}.{name}")

    def stands_for(self, *definitions: str) -> bool:
        """Whether it allows just what one of the shared definitions allows."""
        return any(_allowed(self.schema) == _allowed(FILES[SHARED]["$defs"][name]) for name in definitions)


def _allowed(schema: Schema) -> Schema:
    return {keyword: value for keyword, value in schema.items() if keyword not in ANNOTATIONS}


def _disagreements(node: Node, shape: Any, *, id_elsewhere: bool = False) -> Iterator[str]:
    """Where `node` and the type `shape` differ, in words. `id_elsewhere`: the record's id is a key or a folder, no property."""
    shape = _without_none(shape)
    kind, arguments = get_origin(shape), get_args(shape)
    if kind is tuple:
        yield from _of_list(node, arguments[0])
    elif kind is Literal:
        if set(node.schema.get("enum", ())) != set(arguments):
            yield f"{node.where}: the class allows {', '.join(arguments)}, the schema {', '.join(node.schema.get('enum', ['anything']))}"
    elif kind is Annotated:
        yield from _of_reference(node, arguments[1])
    elif isinstance(kind, type) and issubclass(kind, Mapping):
        yield from _of_mapping(node, *arguments)
    elif shape in READ_BY:
        yield from _of_reader(node, shape)
    elif shape in PLAIN:
        if node.schema.get("type") != PLAIN[shape] and not (shape is str and node.stands_for("language")):
            yield f"{node.where}: the class has {shape.__name__}, the schema {node.schema.get('type', 'no type')}"
    else:
        yield from _of_record(node, shape, id_elsewhere or shape in ID_IS_THE_PLACE)


def _without_none(shape: Any) -> Any:
    if get_origin(shape) not in (Union, UnionType):
        return shape
    (only,) = (option for option in get_args(shape) if option is not NoneType)
    return only


def _of_list(node: Node, item: Any) -> Iterator[str]:
    if node.schema.get("type") != "array":
        yield f"{node.where}: the class has a list, the schema {node.schema.get('type', 'no type')}"
    else:
        yield from _disagreements(node.part(node.schema.get("items", {}), "item"), item)


def _of_mapping(node: Node, key: Any, value: Any) -> Iterator[str]:
    if not {"propertyNames", "additionalProperties"} <= set(node.schema):
        yield f"{node.where}: the class has a mapping, the schema does not say what its keys and values are"
    else:
        yield from _disagreements(node.part(node.schema["propertyNames"], "key"), key)
        yield from _disagreements(node.part(node.schema["additionalProperties"], "value"), value, id_elsewhere=True)


def _of_reference(node: Node, ref: Ref) -> Iterator[str]:
    definition = SPECIAL_IDS.get(ref.to, "id")
    if not node.stands_for(definition):
        yield f"{node.where}: the class names a {ref.to}, the schema is not that of `{definition}`"


def _of_reader(node: Node, shape: Any) -> Iterator[str]:
    definitions = READ_BY[shape]
    if not node.stands_for(*definitions):
        yield f"{node.where}: the class has {shape.__name__}, the schema is not that of `{'` or `'.join(definitions)}`"
        return
    parse = date.fromisoformat if shape is date else shape.parse
    for example in node.schema["examples"]:
        try:
            parse(example)
        except ValueError as error:
            yield f"{node.where}: {shape.__name__} cannot read the example {example!r}: {error}"


def _of_record(node: Node, shape: Any, id_elsewhere: bool) -> Iterator[str]:
    fields = [field for field in msgspec.structs.fields(shape) if not (id_elsewhere and field.name == "id")]
    properties = node.schema.get("properties")
    if properties is None:
        yield f"{node.where}: the class has the record {shape.__name__}, the schema has no properties"
        return
    names, required = {field.encode_name for field in fields}, {field.encode_name for field in fields if field.required}
    for problem, differing in (
        ("only in the class", names - set(properties)),
        ("only in the schema", set(properties) - names),
        ("required only by the class", required - set(node.schema.get("required", ()))),
        ("required only by the schema", set(node.schema.get("required", ())) - required),
    ):
        if differing:
            yield f"{node.where}: {problem}: {', '.join(sorted(differing))}"
    for field in fields:
        if field.encode_name in properties:
            yield from _disagreements(node.part(properties[field.encode_name], field.encode_name), field.type)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.glob)
def test_schema_and_class_agree(kind: Kind) -> None:
    file = f"{kind.name}.json"
    assert list(_disagreements(Node.at(file, FILES[file], kind.name), kind.shape)) == []


class Sample(msgspec.Struct, kw_only=True):
    """What the disagreements below are shown with."""

    owner: Annotated[str, Ref("person")]
    step: Annotated[str, Ref("step")] | None = None
    better: Literal["up", "down"] | None = None
    title: Text | None = None
    days: Period | None = None
    tags: tuple[str, ...] = ()
    where: Mapping[str, str] = {}


_ID = {"$ref": "common.json#/$defs/id"}
_PERIOD = {"$ref": "common.json#/$defs/period"}
_FITTING: Schema = {
    "owner": _ID,
    "step": {"$ref": "common.json#/$defs/step-id"},
    "better": {"enum": ["down", "up"]},
    "title": {"$ref": "common.json#/$defs/text"},
    "days": _PERIOD,
    "tags": {"type": "array", "items": {"type": "string"}},
    "where": {"propertyNames": _ID, "additionalProperties": {"type": "string"}},
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, None),
        ({"note": {}}, "x: only in the schema: note"),
        ({"step": _ID}, "x.step: the class names a step, the schema is not that of `step-id`"),
        ({"better": {"enum": ["up"]}}, "x.better: the class allows up, down, the schema up"),
        ({"title": {"type": "string"}}, "x.title: the class has Text, the schema is not that of `text`"),
        ({"days": _PERIOD | {"examples": ["2024-Q1", "June"]}}, "x.days: Period cannot read the example 'June': not a period: June"),
        ({"tags": {"type": "string"}}, "x.tags: the class has a list, the schema string"),
        ({"tags": {"type": "array", "items": {"type": "number"}}}, "x.tags.item: the class has str, the schema number"),
        ({"where": {"type": "object"}}, "x.where: the class has a mapping, the schema does not say what its keys and values are"),
    ],
)
def test_a_disagreement_is_named(change: Schema, message: str | None) -> None:
    schema = {"required": ["owner"], "properties": _FITTING | change}
    assert list(_disagreements(Node.at(SHARED, schema, "x"), Sample)) == [message] * (message is not None)


def test_missing_and_required_names_are_named() -> None:
    schema = {"required": ["tags"], "properties": {name: part for name, part in _FITTING.items() if name != "step"}}
    assert list(_disagreements(Node.at(SHARED, schema, "x"), Sample)) == [
        "x: only in the class: step",
        "x: required only by the class: owner",
        "x: required only by the schema: tags",
    ]


# --- documents -------------------------------------------------------------------------------------------------------

GOOD = {
    "settings": """
title: {en: Store operations, zh: 店铺运营}
language: en
languages: [en, zh]
time_zone: Asia/Shanghai
as_of: "2024-07-01 09:00"
""",
    "people": """
departments: {operations: {title: {en: Operations, zh: 运营部}}}
people: {ops-manager: {title: {en: Operations manager, zh: 运营经理}, department: operations, github: "@example-ops"}}
""",
    "metrics": """
gmv: {title: GMV, formula: sum(store.paid), unit: CNY, basis: paid, better: up, reports: [daily],
  drivers: visitors * conversion * order-value}
conversion: {title: Conversion, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: up, min_denominator: 100}
repurchase-rate: {title: 复购率, formula: last(customers.repeat) / last(customers.buyers), unit: percent, window: 90d}
roi: {title: ROI, formula: sum(ads.revenue) / sum(ads.cost), unit: "1:n", window: 15d}
visitors: {title: {zh: 访客数}, formula: sum(store.visitors), unit: person-days}
""",
    "lists": """
hot: {title: {en: Best sellers, zh: 爆款}, values: [sku-001, sku-002, "1003"]}
""",
    "risk-matrix": """
bands:
  - [low, low, low, low, medium]
  - [low, low, medium, medium, high]
  - [low, medium, medium, high, high]
  - [low, medium, high, critical, critical]
  - [medium, high, high, critical, critical]
likelihood: [never, once a year, {en: once a quarter, zh: 一季度一次}, once a month, every week]
impact: [a few orders, a product, a day, a week, {zh: 店铺}]
""",
    "calendar": """
events: {spring-festival: {title: {en: Spring Festival, zh: 春节}, days: [2023-01-21..2023-01-27, 2024-02-10..2024-02-17]}}
weights:
  default: 5.2
  weekdays: {}
  spans: [{days: 2024-04-19..2024-04-21, weight: 12, label: member days}, {event: spring-festival, weight: 20}]
""",
    "alerts": """
low-ctr: {title: Low click-through, metric: ctr, by: [channel], when: value < 0.8 * benchmark, for: 2d, min: {ads.impressions: 1000},
  benchmark: {value: 3.2%, source: Industry report, date: 2024-03-31}, severity: high, owner: traffic-specialist, follow: OPS-302,
  tests: [{given: {value: [2.5%, 2.5%], ads.impressions: 2000}, fires: yes}, {given: {value: [2.5%, missing, 2.6%]}, fires: no}]}
reorder: {title: Order again, metric: stock, where: {sku: night-light}, when: value < reorder_point, window: 14d, same_weekday: no,
  promo: apart, stock: {demand: units, lead_time: 7d, service: 95%, lead_time_sd: 1.5d}, severity: medium, owner: buyer}
late-store: {title: No figures, data: late, table: store, within: 1d, severity: medium, owner: ops-manager, answers: [2024-618/late]}
""",
    "risks": """
late-dispatch: {title: Late dispatch, category: fulfilment, likelihood: 3, impact: 4, treatment: reduce, owner: ops-manager,
  review: 2024-09-30, contingency: Use the second warehouse,
  answers: [2024-618/late-warehouse], applies_to: [campaign], residual: {likelihood: 2, impact: 3}}
""",
    "table": """
title: {en: Store by day, zh: 店铺日报}
grain: day
fields:
- {name: 日期, id: date, type: date, format: "%Y/%m/%d"}
- {name: 访客数, id: visitors, type: integer, unit: person, time: none, across: none, constraints: {required: true, minimum: 0}}
- {name: 成交金额, id: paid, type: number, unit: CNY, time: sum, across: sum}
primaryKey: [date]
missingValues: ["", "-", "--"]
""",
    "import": """
columns: {统计日期: date, "支付金额(元)": paid, 支付转化率: rate}
units: {支付转化率: fraction}
ignore: [买家昵称]
fixed: {channel: tmall}
header: 4
sheet: 日报
""",
    "restatements": """
- {day: 2024-04-20, field: paid, was: "58000.00", now: "58120.50", source: store-2024-04.xlsx, recorded: 2024-05-02 09:10}
- {day: 2024-04-21, key: {channel: jd}, field: cost, was: "", now: "12", source: ads.csv, recorded: 2024-05-02 09:10}
""",
    "incident": """
id: 2024-04-20-main-image
metric: conversion
detected: 2024-04-20 14:10
planned: 2024-04-20 16:30
resolved: 2024-04-21 08:40
cause: {zh: 商品详情页某主图加载失败}
measure: {text: {zh: 设计部替换图片}, owner: designer, due: 2024-04-21 09:00, cost: 0, expects: {metric: conversion, change: 0.4pp}}
""",
    "log": """
by: ops-assistant
follows: OPS-301
checked: [listing, price-labels, ads]
found: {stock-warning: {text: {en: Night light below its line, zh: 小夜灯低于安全线}, incident: 2024-06-17-night-light-sold-out}}
product: {done: [换下两张主图]}
user: {heard: [{en: Buyers ask for a longer cable, zh: 买家希望线更长}]}
note: 明晚起加开夜班
""",
    "plan": """
id: 2024-618
kind: campaign
title: {en: Mid-year sale, zh: 618 年中大促}
parent: 2024-q2
period: 2024-06-01..2024-06-18
work: 2024-04-01..2024-07-05
owner: ops-manager
follows: [OPS-303@1.2.0]
""",
    "targets": """
gmv: {target: 500万, dimension: overall, logic: {en: daily average x days, zh: 日均销售额×90天}, department: operations, owner: ops-manager}
orders: {target: 12000, department: operations, owner: ops-manager}
new-customer-conversion: {target: {raise_to: 5%}, department: users, owner: user-assistant}
gmv.tmall: {metric: gmv, where: {channel: tmall}, department: operations, owner: ops-manager,
  target: {raise_by: 20%, from: {period: 2024-Q1}}}
stock-days: {target: {from: 30d, to: 45d}, department: operations, owner: ops-manager}
ctr: {target: {raise_by: 0.5pp, from: {value: 3.2%}}, department: traffic, owner: traffic-specialist}
repurchase-rate: {target: {raise_by: 20%}, department: users, owner: user-assistant}
""",
    "tasks": """
- id: sku-selection
  title: {en: Select products for 618, zh: 618 活动商品选品}
  start: 2024-04-01
  due: 2024-04-15
  started: 2024-04-01
  done: 2024-04-24
  owner: ops-manager
  with: [supply-chain]
  contact: ops-assistant
  deliverable: {title: 选品清单, file: deliverables/sku-selection.csv}
  step: OPS-303/select
  after: []
  note: {zh: 需确认 3 款新品库存}
- {id: ad-creatives, title: 直通车素材优化, start: 2024-04-10, due: 2024-04-25, owner: traffic-specialist, after: [sku-selection]}
""",
    "research": """
owner: ops-assistant
written: 2024-04-11
review: 2024-09-30
period: 2024-03
market:
  size: {text: {en: About 4000 shops, zh: 约 4000 家店铺}, sources: [panel]}
  growth: {text: 6% a year, sources: [panel]}
  preferences: [{text: One simple discount, sources: [survey]}]
competitors:
- {id: shop-a, title: Shop A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel],
  figures: {order-value: 36元}}
strengths: [{area: supply, text: New goods within seven days}]
opportunities: [{id: second-order, title: Second order, feeds: [gmv.tmall, 2024-618/night-light], sources: [survey]}]
sources:
  panel: {title: Category panel, date: 2024-03-31, publisher: The platform, url: "https://example.com/panel"}
  survey: {title: {zh: 老客问卷}, date: 2024-03-20}
""",
    "strategy": """
owner: ops-manager
written: 2024-05-13
target: gmv
budget: 55万
products:
- {id: night-light, title: {en: Night light, zh: 小夜灯}, sku: night-light, role: traffic-builder, list_price: 24.9元, promo_price: 19.9元,
   cost: 12.2元, competitiveness: A sensor, available: 1799, in_transit: 0,
   forecast: {visitors: 20.4万, conversion: 5.3%, per_buyer: 1.1, factor: 1.2},
   supply: {daily: 100, daily_sd: 20, lead_time: 7d, lead_time_sd: 1.5d, review: 7d, service: 95%}}
channels:
- {id: ads-tmall, title: Search ads, source: advertising, visitors: 42万, conversion: 6.8%, order_value: 28元, budget: 26万,
   target: ad-sales.tmall, owner: traffic-specialist, text: Ten new creatives}
campaign:
  theme: {zh: 一条规则，平价好物}
  phases: [{id: peak, title: Peak, days: 2024-06-16..2024-06-18, text: Flash sales}]
  mechanics: [{id: flash, kind: flash-sale, text: Every evening, products: [night-light]}]
  publicity: [{id: groups, title: Groups, days: 2024-06, owner: user-assistant}]
""",
    "resources": """
owner: ops-assistant
written: 2024-05-06
review: 2024-05-20
internal:
- {id: second-shift, department: warehouse, contact: warehouse-lead, what: {en: A second shift, zh: 第二班次}, needed: 2024-05-25,
   asked: 2024-05-06, confirmed: 2024-05-10, task: sku-selection, note: Agreed by word}
external:
- {id: main-carrier, kind: carrier, party: {zh: 主物流商}, owner: warehouse-lead, contact: Account manager, what: Pick-up of 5000 parcels,
   terms: Two vans a day, standard: By 18:00, settlement: By the month, needed: 2024-05-25, asked: 2024-05-06, declined: 2024-05-12}
""",
    "retro": """
period: 2024-06-01..2024-06-18
closed: 2024-06-28
claims: {gmv: 330万, new-customers: 12万, roi: 1:3.2}
successes:
- {id: preheat, text: Best sellers pre-heated 15 days ahead, effect: {metric: search-visitors, change: +30%}, repeat: yes}
problems:
- {id: late-warehouse, text: Late dispatch brought 200 bad reviews, incidents: [2024-06-17-late-dispatch],
   cause: {en: Capacity was not agreed}}
- {id: old-channel, text: The old channel sold little, waived: {reason: It is closed, approver: general-manager, until: 2024-12-31}}
improvements:
- {id: faster-page, text: Load the page faster, expects: {metric: conversion, change: 5%, base: 4.1%}, check: 2024-09-30, owner: designer}
assumptions:
- {id: value, title: GMV per new customer, if: all GMV is from new customers, formula: gmv / new-customers, unit: CNY, explains: gmv}
""",
    "sop": """
id: OPS-302
title: {en: Monitor and warn, zh: 数据监控与预警}
version: 1.2.0
status: effective
owner: ops-manager
author: ops-assistant
approver: general-manager
approved: 2024-03-25
effective: 2024-04-01
review_every: 180d
phase: run
scenes: [daily, campaign]
metrics: [ctr, conversion]
steps:
- {id: thresholds, actor: traffic-specialist, do: {en: Set the thresholds}, output: 核心数据监控日报表, within: 2h, offset: T+0,
   if_fails: {do: {en: Keep last week's}, go: OPS-304}}
changes:
- {version: 1.2.0, date: 2024-03-25, by: ops-assistant, why: {en: Slow pages went unnoticed}, answers: [2023-1111/slow-page]}
""",
    "translation": """
translates: 1.2.0
title: 数据监控与预警
steps:
- {id: thresholds, do: 设定阈值, if_fails: 沿用上周阈值}
""",
}


def test_there_is_a_good_document_of_every_kind() -> None:
    assert set(GOOD) == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_document_is_accepted(kind: str) -> None:
    assert _findings(f"{kind}.json#", yaml.read(f"{kind}.yaml", GOOD[kind]).value) == []


@pytest.mark.parametrize(
    ("kind", "good", "bad", "finding"),
    [
        ("plan", "owner: ops-manager", "owner: [ops-manager]", "owner: type"),
        ("plan", "owner: ops-manager", "owner: Ops Manager", "owner: pattern"),
        ("plan", "zh: 618 年中大促}", "cn: 618 年中大促}", "title: additionalProperties"),
        ("plan", "title: {en: Mid-year sale, zh: 618 年中大促}", "title: {}", "title: minProperties"),
        ("plan", "title: {en: Mid-year sale, zh: 618 年中大促}", "title: ''", "title: minLength"),
        ("plan", "kind: campaign", "kind: sale", "kind: enum"),
        ("plan", "OPS-303@1.2.0", "OPS-303", "follows/0: pattern"),
        ("plan", "2024-06-01..2024-06-18", "2024-06-18..2024-06-01", "period: format"),
        ("tasks", "owner: ops-manager", "owner: [ops-manager, designer]", "0/owner: type"),
        ("tasks", "start: 2024-04-01", "start: 1 April", "0/start: format"),
        ("targets", "target: 500万", "target: lots", "gmv/target: format"),
        ("targets", "{raise_to: 5%}", "{raise_to: 5%, raise_by: 1pp}", "new-customer-conversion/target: not"),
        ("targets", "from: {value: 3.2%}", "from: {value: 3.2%, period: 2024-Q1}", "ctr/target/from: maxProperties"),
        ("targets", "gmv.tmall:", "gmv.:", ": pattern"),
        ("import", "fraction", "tens", "units/支付转化率: enum"),
        ("import", "{channel: tmall}", "{channel: 1}", "fixed/channel: type"),
        ("restatements", '"58000.00"', "58000.5", "0/was: type"),
        ("incident", "change: 0.4pp", "change: 0.4", "measure/expects/change: type"),
        ("incident", "change: 0.4pp", "change: 0.4 yuan", "measure/expects/change: pattern"),
        ("incident", "14:10", "2 pm", "detected: format"),
        ("research", "sources: [survey]}]\nsources", "sources: []}]\nsources", "opportunities/0/sources: minItems"),
        ("research", "feeds: [gmv.tmall", "feeds: [GMV", "opportunities/0/feeds/0: pattern"),
        ("research", "https://", "www.", "sources/panel/url: pattern"),
        ("resources", "kind: carrier", "kind: courier", "external/0/kind: enum"),
        ("resources", "department: warehouse, ", "", "internal/0: required"),
        ("strategy", "role: traffic-builder", "role: bait", "products/0/role: enum"),
        ("strategy", "lead_time: 7d", "lead_time: 2h", "products/0/supply/lead_time: pattern"),
        ("strategy", "cost: 12.2元", "cost: cheap", "products/0/cost: format"),
        ("retro", "repeat: yes", "repeat: true", "successes/0/repeat: enum"),
        ("sop", "within: 2h", "within: 2 hours", "steps/0/within: pattern"),
        ("sop", "version: 1.2.0\n", "version: 1.2\n", "version: type"),
        ("lists", '"1003"', "1003", "hot/values/2: type"),
        ("lists", "sku-002", "sku-001", "hot/values: uniqueItems"),
        ("risks", "impact: 4", "impact: 6", "late-dispatch/impact: maximum"),
        ("risk-matrix", "likelihood: [never, ", "likelihood: [", "likelihood: minItems"),
        ("risk-matrix", "impact: [a few", "impact: [none, a few", "impact: maxItems"),
        ("risk-matrix", "[low, low, low, low, medium]", "[low, low, low, low, bad]", "bands/0/4: enum"),
        ("metrics", "unit: CNY", "unit: Yuan", "gmv/unit: pattern"),
        ("alerts", "for: 2d", "for: 2h", "low-ctr/for: pattern"),
        ("alerts", "missing, 2.6%", "gone, 2.6%", "low-ctr/tests/1/given/value/1: format"),
        ("alerts", "data: late", "data: wrong", "late-store/data: enum"),
        ("alerts", "table: store, ", "", "late-store: dependentRequired"),
        ("calendar", "weekdays: {}", "weekdays: {monday: 5}", "weights/weekdays: enum"),
    ],
)
def test_one_mistake_is_one_finding(kind: str, good: str, bad: str, finding: str) -> None:
    assert good in GOOD[kind]
    assert _findings(f"{kind}.json#", yaml.read(f"{kind}.yaml", GOOD[kind].replace(good, bad, 1)).value) == [finding]


def test_a_column_of_csv_says_the_same_in_text() -> None:
    dates = {"start": "2024-04-01", "due": "2024-04-15"}
    row = dates | {"id": "sku-selection", "title": {"zh": "选品"}, "owner": "ops-manager", "with": ["supply-chain"]}
    assert _findings("tasks.json#", [row]) == []


def test_another_validator_reads_the_same_schemas(tmp_path: Path) -> None:
    """Editors and check-jsonschema follow the relative references and are not put off by our formats."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD["sop"], encoding="utf-8")
    bad.write_text(GOOD["sop"].replace("OPS-304", "ops-304"), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(FOLDER / "sop.json")]
    accepted = subprocess.run([*command, str(good)], capture_output=True, text=True, check=False)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    refused = subprocess.run([*command, str(bad)], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "$.steps[0].if_fails.go: 'ops-304' does not match" in refused.stdout
