"""Every write of this room: rules, models, automation. Decisions are written by a hook of the orders' own actions."""

from huying.handling.dispatch.actions.automation import return_automation, withdraw_automation
from huying.handling.dispatch.actions.labels import gather_handovers, gather_labels, settle_label
from huying.handling.dispatch.actions.models import promote, set_automation
from huying.handling.dispatch.actions.rules import create_rule, create_rules, end_rule
from huying.handling.dispatch.actions.sheets import RuleImport, export_rules, import_rules
from huying.handling.dispatch.actions.trials import start_trial
from huying.handling.dispatch.actions.versions import replace_rule, restore_rule

__all__ = [
    "RuleImport",
    "create_rule",
    "create_rules",
    "end_rule",
    "export_rules",
    "gather_handovers",
    "gather_labels",
    "import_rules",
    "promote",
    "replace_rule",
    "restore_rule",
    "return_automation",
    "set_automation",
    "settle_label",
    "start_trial",
    "withdraw_automation",
]
