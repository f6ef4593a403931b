# Whether the app answers and is well, asked from outside: nothing inside can say that everything stands still. Health
# says `degraded` when a binding is quarantined, a poller fails or a credential ends within 14 days, and the test wants
# `ok`.
resource "azurerm_application_insights_standard_web_test" "health" {
  count                   = length(var.availability_test) > 0 ? 1 : 0
  name                    = "health-${local.suffix}"
  resource_group_name     = azurerm_resource_group.this.name
  location                = azurerm_resource_group.this.location
  tags                    = merge(local.tags, { "hidden-link:${azurerm_application_insights.this.id}" = "Resource" })
  application_insights_id = azurerm_application_insights.this.id
  description             = "GET /api/health answers 200 and status ok."
  enabled                 = true
  frequency               = 900
  timeout                 = 60
  retry_enabled           = true
  geo_locations           = sort(tolist(var.availability_test))

  request {
    url                              = "${local.functions_url}/api/health"
    http_verb                        = "GET"
    follow_redirects_enabled         = false
    parse_dependent_requests_enabled = false
  }

  validation_rules {
    expected_status_code        = 200
    ssl_check_enabled           = true
    ssl_cert_remaining_lifetime = 14

    content {
      content_match      = "\"status\":\"ok\""
      pass_if_text_found = true
    }
  }

  lifecycle {
    # The platform rewrites the case of ids in this tag.
    ignore_changes = [tags]
  }
}

resource "azurerm_monitor_metric_alert" "health" {
  count               = length(var.availability_test) > 0 ? 1 : 0
  name                = "alert-${local.suffix}-health"
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
  description         = "GET /api/health does not answer, or does not say ok. Ask it with the header x-cmap-admin-secret: it names the part and the reason."
  severity            = 1
  frequency           = "PT5M"
  window_size         = "PT30M"
  scopes              = [azurerm_application_insights_standard_web_test.health[0].id, azurerm_application_insights.this.id]

  application_insights_web_test_location_availability_criteria {
    web_test_id           = azurerm_application_insights_standard_web_test.health[0].id
    component_id          = azurerm_application_insights.this.id
    failed_location_count = length(var.availability_test) > 1 ? 2 : 1
  }

  action {
    action_group_id = azurerm_monitor_action_group.this.id
  }
}
