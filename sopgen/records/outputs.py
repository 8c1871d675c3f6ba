"""The papers that the eight steps of the work bring forth (domain A2), each of them a record here or worked out from records."""

from __future__ import annotations

from collections.abc import Mapping

from sopgen.words.text import Text

OUTPUTS: Mapping[str, Text] = {
    "market-brief": Text({"en": "Market and competitor brief", "zh": "市场竞品分析简报"}),
    "goal-breakdown": Text({"en": "Goal breakdown", "zh": "季度运营目标拆解表"}),
    "strategy": Text({"en": "Operations strategy", "zh": "运营策略方案"}),
    "gantt": Text({"en": "Gantt chart", "zh": "项目甘特图"}),
    "resource-list": Text({"en": "Resource list", "zh": "资源协调清单"}),
    "assignment": Text({"en": "Task assignment", "zh": "任务分工表"}),
    "daily-log": Text({"en": "Daily operations log", "zh": "每日运营日志"}),
    "incident-record": Text({"en": "Incident record", "zh": "异常处理记录"}),
    "daily-report": Text({"en": "Core metrics daily report", "zh": "核心数据监控日报表"}),
    "retro-report": Text({"en": "Retro report", "zh": "运营效果复盘报告"}),
    "sop-updates": Text({"en": "SOP updates", "zh": "SOP更新清单"}),
}
