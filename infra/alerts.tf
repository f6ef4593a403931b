# The questions asked of the logs every few minutes; each is a file of queries/alerts/ and fires when it returns a row.
# Storage metrics are hourly, so backlog is read from the health line. Each question costs something, so none is asked
# where there is no person to notify.
locals {
  notifies_people = length(var.alert_emails) > 0 || var.alert_webhook != null

  # severity 1: work stands still; 2: work fails or will; 3: look at it this week. What is urgent is asked every 5
  # minutes, the rest every 15, which costs a third. `hours` is how far a question looks back when that is more than its
  # window.
  alerts = {
    backlog            = { severity = 2, minutes = 15, description = "Tasks wait longer than 15 minutes. The row says how many wait for which image, where there are several. Look at the executions of the runner job and at `cmap queue ls`." }
    poison             = { severity = 2, minutes = 15, description = "Tasks were given up. `cmap run given-up` names them, `cmap queue show` says why." }
    unnotified         = { severity = 2, minutes = 60, description = "For an hour there were runs that could not be reported to the person who waits: look for `run not notified`, which says whether a token or a service is to blame." }
    sweeper-silent     = { severity = 1, minutes = 15, hours = 24, description = "No sweep for 10 minutes: timers stand still, nothing is repaired or retried. Restart the function app." }
    polls-silent       = { severity = 1, minutes = 30, hours = 6, description = "A poller that worked within six hours has not succeeded for 20 minutes. The row names it: jira, or gitlab, which is silent when no group could be polled." }
    polls-failing      = { severity = 1, minutes = 60, description = "A poller fails again and again: new work of its part is seen through webhooks only, if at all. The row names the poller and the code; `unauthorized` is a token that has ended." }
    bindings-bad       = { severity = 2, minutes = 60, description = "Bindings are quarantined and not worked on. The row names the project, the reason and what to do; `cmap doctor` looks closer." }
    map-refused        = { severity = 2, minutes = 30, description = "A project map was refused, and the old one is still in use; or bindings of it are withheld, because this release refuses what an earlier one accepted. `cmap validate` on the file lists every problem." }
    credentials-bad    = { severity = 2, minutes = 60, description = "A GitLab token cannot be read or belongs to another alias. The row names the alias; see the vault of GitLab tokens." }
    credentials-ending = { severity = 3, minutes = 60, description = "A GitLab token ends in 14, 7 or 1 day, or has ended. The row names the alias and the token; make a new one and set the secret of the alias." }
    ledger-not-kept    = { severity = 2, minutes = 60, description = "A day of the run ledger could not be copied to the container `ledger`. The row says why; `cmap runs verify` checks the days that are there. No run leaves the tables before its day is kept." }
    failed-runs        = { severity = 2, minutes = 60, description = "Several runs failed within an hour. Each ticket says why; `cmap run show` has the stages." }
    runner-failed      = { severity = 2, minutes = 30, description = "Runners ended with an error before they could work: settings, isolation or storage. The line says which." }
    runner-not-started = { severity = 1, minutes = 30, description = "The platform could not start or keep a runner: image not pulled, out of memory, or stopped at its time limit. The row has the platform's words." }
    functions-failed   = { severity = 3, minutes = 15, description = "Functions answered with a server error more than five times in 15 minutes." }
    logs-capped        = { severity = 2, minutes = 60, description = "The daily cap of the logs is reached: until it is reset no alert sees anything. See daily_log_quota_in_gb." }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each            = { for name, alert in local.alerts : name => alert if local.notifies_people }
  name                = "alert-${local.suffix}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  display_name              = "cmap ${var.environment}: ${each.key}"
  description               = each.value.description
  severity                  = each.value.severity
  scopes                    = [azurerm_log_analytics_workspace.this.id]
  evaluation_frequency      = each.value.severity == 1 ? "PT5M" : "PT15M"
  window_duration           = each.value.minutes == 60 ? "PT1H" : "PT${each.value.minutes}M"
  query_time_range_override = try(each.value.hours, 0) == 0 ? null : each.value.hours == 24 ? "P1D" : "PT${each.value.hours}H"
  auto_mitigation_enabled   = true
  # The tables exist from the first line on, which is after the first deployment.
  skip_query_validation = true

  criteria {
    query                   = file("${path.module}/queries/alerts/${each.key}.kql")
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [azurerm_monitor_action_group.this.id]
  }
}
