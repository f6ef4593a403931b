# Where logs, traces and metrics are kept, and who is notified. What is asked of them stands in alerts.tf, workbook.tf
# and queries/.
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

# Who read which secret.
resource "azurerm_monitor_diagnostic_setting" "key_vault" {
  for_each                   = azurerm_key_vault.this
  name                       = "audit"
  target_resource_id         = each.value.id
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

  dynamic "webhook_receiver" {
    for_each = var.alert_webhook == null ? [] : [var.alert_webhook]
    content {
      name                    = "team"
      service_uri             = webhook_receiver.value
      use_common_alert_schema = true
    }
  }
}
