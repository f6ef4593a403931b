# Where traces and metrics go. The agent that Container Apps offers speaks gRPC only and takes no metrics for
# Application Insights; the programs send OTLP over HTTP, and metrics. So a collector stands beside the runner,
# reachable for both programs, with a token of its own.
locals {
  has_collector  = var.telemetry.collector && var.settings.otel_exporter_otlp_endpoint == null
  collector_name = "otel"

  # https://opentelemetry.io/docs/collector/configuration/; what stands in $${env:...} comes from the environment of the
  # container.
  collector_configuration = {
    extensions = {
      bearertokenauth = { token = "$${env:OTLP_TOKEN}" }
      health_check    = { endpoint = "0.0.0.0:13133" }
    }
    receivers = {
      otlp = { protocols = { http = { endpoint = "0.0.0.0:4318", auth = { authenticator = "bearertokenauth" } } } }
    }
    processors = {
      memory_limiter = { check_interval = "1s", limit_mib = 300 }
      batch          = {}
    }
    exporters = {
      azuremonitor = { connection_string = "$${env:APPLICATIONINSIGHTS_CONNECTION_STRING}" }
    }
    service = {
      extensions = ["bearertokenauth", "health_check"]
      pipelines = {
        traces  = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["azuremonitor"] }
        metrics = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["azuremonitor"] }
      }
    }
  }
}

resource "azurerm_container_app" "collector" {
  count                        = local.has_collector ? 1 : 0
  name                         = local.collector_name
  resource_group_name          = azurerm_resource_group.this.name
  container_app_environment_id = azurerm_container_app_environment.this.id
  tags                         = local.tags
  revision_mode                = "Single"
  workload_profile_name        = "Consumption"

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["collector"].id]
  }

  secret {
    name                = "otlp-token"
    key_vault_secret_id = "${azurerm_key_vault.this["programs"].vault_uri}secrets/otlp-token"
    identity            = azurerm_user_assigned_identity.this["collector"].id
  }

  # The functions stand outside the environment, so the collector has an address anybody can reach and believes the
  # token only.
  ingress {
    external_enabled           = true
    target_port                = 4318
    transport                  = "http"
    allow_insecure_connections = false

    traffic_weight {
      latest_revision = true
      percentage      = 100
    }
  }

  template {
    # Not zero: a replica that has to start first misses what a runner sends in its last seconds.
    min_replicas = 1
    max_replicas = 2

    container {
      name   = "collector"
      image  = var.telemetry.collector_image
      args   = ["--config=env:COLLECTOR_CONFIGURATION"]
      cpu    = 0.25
      memory = "0.5Gi"

      env {
        name  = "COLLECTOR_CONFIGURATION"
        value = jsonencode(local.collector_configuration)
      }
      env {
        name  = "APPLICATIONINSIGHTS_CONNECTION_STRING"
        value = azurerm_application_insights.this.connection_string
      }
      env {
        name        = "OTLP_TOKEN"
        secret_name = "otlp-token"
      }

      liveness_probe {
        transport = "HTTP"
        port      = 13133
        path      = "/"
      }
    }
  }

  depends_on = [azurerm_role_assignment.program, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}
