# The runner: a Container Apps job that the length of the queue starts, one replica for each execution. Each image of
# runner_images is a job of its own, which the length of its own queue starts.
locals {
  runner_image = "${azurerm_container_registry.this.login_server}/cmap-runner${startswith(var.runner_image_tag, "sha256:") ? "@" : ":"}${var.runner_image_tag}"

  runner_jobs = merge(
    {
      runner = {
        image          = local.runner_image
        cpu            = var.runner.cpu
        memory         = var.runner.memory
        max_executions = var.runner.max_executions
        queue          = "tasks"
        runs_at_once   = coalesce(var.settings.runner_runs_at_once, 1)
        settings       = {}
      }
    },
    {
      for name, job in var.runner_images : name => {
        # Null for one that is built and was not: the job refuses it.
        image          = try("${azurerm_container_registry.this.login_server}/${coalesce(job.image, lookup(var.built_runner_images, name, null))}", null)
        cpu            = coalesce(job.cpu, var.runner.cpu)
        memory         = coalesce(job.memory, var.runner.memory)
        max_executions = coalesce(job.max_executions, var.runner.max_executions)
        queue          = "tasks-${name}"
        runs_at_once   = coalesce(job.runs_at_once, var.settings.runner_runs_at_once, 1)
        settings = merge(
          { RUNNER_IMAGE = name },
          job.runs_at_once == null ? {} : {
            RUNNER_RUNS_AT_ONCE     = tostring(job.runs_at_once)
            REPLICA_TIMEOUT_SECONDS = tostring((var.runner.wall_clock_minutes + 30 + (job.runs_at_once > 1 ? 180 : 0)) * 60)
          },
        )
      }
    },
  )

  # Node reads certificates from a file, once, when it starts; so with certificates of the company the file is written
  # before. The rest is the entrypoint of the image.
  runner_entrypoint = ["/usr/bin/tini", "--", "/usr/local/bin/node", "--disable-sigusr1", "/app/main.js"]
  runner_command = var.company_ca == null ? null : [
    "/bin/sh", "-c",
    "printf '%s\\n' \"$COMPANY_CA_PEM\" >\"$NODE_EXTRA_CA_CERTS\" && exec ${join(" ", local.runner_entrypoint)}",
  ]
}

# Basic has no private endpoint; what is pulled from it needs an identity with AcrPull.
resource "azurerm_container_registry" "this" {
  name                = "cr${local.compact}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
  sku                 = "Basic"
  admin_enabled       = false
}

resource "azurerm_container_app_environment" "this" {
  name                       = "cae-${local.suffix}"
  resource_group_name        = azurerm_resource_group.this.name
  location                   = azurerm_resource_group.this.location
  tags                       = local.tags
  logs_destination           = "log-analytics"
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  infrastructure_subnet_id   = local.subnets.runners

  workload_profile {
    name                  = "Consumption"
    workload_profile_type = "Consumption"
  }
}

moved {
  from = azurerm_container_app_job.runner
  to   = azurerm_container_app_job.runner["runner"]
}

resource "azurerm_container_app_job" "runner" {
  for_each                     = local.runner_jobs
  name                         = "job-${local.suffix}-${each.key}"
  resource_group_name          = azurerm_resource_group.this.name
  location                     = azurerm_resource_group.this.location
  tags                         = local.tags
  container_app_environment_id = azurerm_container_app_environment.this.id
  workload_profile_name        = "Consumption"

  # A little longer than a run may take, so that the runner ends a run itself and can say why. With several runs at once
  # it takes further ones for three hours before.
  replica_timeout_in_seconds = (var.runner.wall_clock_minutes + 30 + (each.value.runs_at_once > 1 ? 180 : 0)) * 60
  # The queue tries again. A restarted replica would hold no lease.
  replica_retry_limit = 0

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.this["runner"].id]
  }

  registry {
    server   = azurerm_container_registry.this.login_server
    identity = azurerm_user_assigned_identity.this["runner"].id
  }

  # A job reads these when it is made or told to (README.md, rotating). GitLab tokens are read at run time.
  dynamic "secret" {
    for_each = toset(values(module.settings.runner_secrets))
    content {
      name                = secret.value
      key_vault_secret_id = "${azurerm_key_vault.this["programs"].vault_uri}secrets/${secret.value}"
      identity            = azurerm_user_assigned_identity.this["runner"].id
    }
  }

  event_trigger_config {
    parallelism              = 1
    replica_completion_count = 1

    scale {
      min_executions              = 0
      max_executions              = each.value.max_executions
      polling_interval_in_seconds = var.runner.polling_interval_in_seconds

      # One execution for each message, those being worked on included: a runner has one as long as it is at work.
      rules {
        name             = "tasks"
        custom_rule_type = "azure-queue"
        identity_id      = azurerm_user_assigned_identity.this["runner"].id
        metadata = {
          accountName         = azurerm_storage_account.this.name
          queueName           = azurerm_storage_queue.this[each.value.queue].name
          queueLength         = "1"
          queueLengthStrategy = "all"
        }
      }
    }
  }

  template {
    container {
      name    = "runner"
      image   = each.value.image
      command = local.runner_command
      cpu     = each.value.cpu
      memory  = each.value.memory

      dynamic "env" {
        for_each = merge(module.settings.runner, each.value.settings)
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = module.settings.runner_secrets
        content {
          name        = env.key
          secret_name = env.value
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.image != null
      error_message = "built_runner_images lacks ${each.key}: `npm run deploy` builds the dockerfiles of runner_images and gives the images."
    }
  }

  depends_on = [azurerm_role_assignment.program, azurerm_private_endpoint.this, azurerm_private_dns_zone_virtual_network_link.this]
}
