"""Insights: how all instances have been doing, read from the journal; only when somebody looks."""

from counterpoint.application.insights.figures import Figures
from counterpoint.application.insights.limits import InsightLimits
from counterpoint.application.insights.reading import Insights
from counterpoint.application.insights.report import Cluster, Insight, Period, Queues, Report, StepReport

__all__ = ["Cluster", "Figures", "Insight", "InsightLimits", "Insights", "Period", "Queues", "Report", "StepReport"]
