# Logs, and the questions that are asked of them every few minutes. Storage metrics are hourly, so backlog is read from the health line.
locals {
  health  = "AppTraces | where Message has '\"event\":\"health\"' | extend d = parse_json(Message) | summarize arg_max(TimeGenerated, d)"
  settled = "ContainerAppConsoleLogs_CL | where Log_s has '\"event\":\"run settled\"' | extend d = parse_json(Log_s)"

  # A rule fires when its query returns a row. Absence is asked for with `print`, because nothing else returns a row for it.
  alerts = {
    backlog = {
      severity    = 2
      minutes     = 15
      description = "Tasks wait longer than 15 minutes. Look at the executions of the runner job and at `cmap queue ls`."
      query       = "${local.health} | where tolong(d.oldestSeconds) > 900"
    }
    poison = {
      severity    = 2
      minutes     = 15
      description = "Tasks were given up. `cmap queue ls` names them, `cmap queue show` says why."
      query       = "${local.health} | where tolong(d.poison) > 0"
    }
    untold = {
      severity    = 2
      minutes     = 60
      description = "For an hour there were runs whose end nobody could be told: look for `run not told`, which says whether a token or a service is to blame."
      query       = "AppTraces | where Message has '\"event\":\"health\"' | extend d = parse_json(Message) | summarize least = min(tolong(d.untold)) | where least > 0"
    }
    sweeper-silent = {
      severity    = 1
      minutes     = 15
      description = "No sweep for 10 minutes: timers stand still, nothing is repaired or retried. Restart the function app."
      query       = "let last = toscalar(AppTraces | where Message has '\"event\":\"health\"' | summarize max(TimeGenerated)); print age = now() - coalesce(last, ago(1d)) | where age > 10m"
    }
    polls-silent = {
      severity    = 1
      minutes     = 30
      description = "No poll succeeded for 20 minutes: new work is seen through webhooks only. GET /api/health says which poller fails."
      query       = "let last = toscalar(AppTraces | where Message has '\"event\":\"poll done\"' | summarize max(TimeGenerated)); print age = now() - coalesce(last, ago(1d)) | where age > 20m"
    }
    failed-runs = {
      severity    = 2
      minutes     = 60
      description = "Several runs failed within an hour. Each ticket says why; `cmap run show` has the stages."
      query       = "${local.settled} | summarize failed = countif(d.state == 'failed'), total = count() | where failed >= 5 or (total >= 5 and 1.0 * failed / total > 0.3)"
    }
    runner-failed = {
      severity    = 2
      minutes     = 30
      description = "Runners ended with an error before they could work: settings, isolation or storage. The line says which."
      query       = "ContainerAppConsoleLogs_CL | where Log_s has '\"event\":\"runner failed\"' or Log_s startswith 'cmap runner:'"
    }
    functions-failed = {
      severity    = 3
      minutes     = 15
      description = "Functions answered with errors more than five times in 15 minutes."
      query       = "AppRequests | where Success == false | summarize failed = count() | where failed > 5"
    }
  }
}

resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  sku                 = "PerGB2018"
  retention_in_days   = var.retention_in_days
  daily_quota_gb      = var.daily_log_quota_in_gb
}

resource "azurerm_application_insights" "this" {
  name                = "appi-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  application_type    = "other"
  workspace_id        = azurerm_log_analytics_workspace.this.id
}

# Who read which secret, for the day somebody asks.
resource "azurerm_monitor_diagnostic_setting" "key_vault" {
  name                       = "audit"
  target_resource_id         = azurerm_key_vault.this.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category_group = "audit"
  }
}

resource "azurerm_monitor_action_group" "this" {
  name                = "ag-${local.suffix}"
  resource_group_name = azurerm_resource_group.this.name
  short_name          = substr(var.name, 0, 12)
  tags                = local.tags

  dynamic "email_receiver" {
    for_each = var.alert_emails
    content {
      name                    = email_receiver.value
      email_address           = email_receiver.value
      use_common_alert_schema = true
    }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each            = local.alerts
  name                = "alert-${local.suffix}-${each.key}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags

  display_name            = "cmap ${var.environment}: ${each.key}"
  description             = each.value.description
  severity                = each.value.severity
  scopes                  = [azurerm_log_analytics_workspace.this.id]
  evaluation_frequency    = "PT5M"
  window_duration         = each.value.minutes == 60 ? "PT1H" : "PT${each.value.minutes}M"
  auto_mitigation_enabled = true
  # The tables exist from the first line on, which is after the first deployment.
  skip_query_validation = true

  criteria {
    query                   = each.value.query
    time_aggregation_method = "Count"
    operator                = "GreaterThan"
    threshold               = 0
  }

  action {
    action_groups = [azurerm_monitor_action_group.this.id]
  }
}
