# The promises that matter, asked of a plan with providers that create nothing:
# `terraform init -backend=false && terraform test`. The answers of the mocks count during the plan, so that the
# provider checks nested values too (Terraform 1.11).
mock_provider "azurerm" {
  source          = "./tests/mocks/azurerm"
  override_during = plan
}
mock_provider "azapi" {}

variables {
  subscription_id    = "00000000-0000-0000-0000-000000000000"
  environment        = "test"
  location           = "westeurope"
  gitlab_url         = "https://gitlab.example.com"
  jira               = { url = "https://your-site.atlassian.net", email = "agent@example.com" }
  model              = { kind = "openai", base_url = "https://model.example.com/v1", name = "some-model" }
  runner_image_tag   = "0.1.0"
  credential_aliases = ["platform_team"]
}

run "no_one_comes_with_a_storage_key" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && !azurerm_storage_account.this.allow_nested_items_to_be_public
    error_message = "The storage account must take identities only."
  }
  assert {
    condition     = !contains(keys(module.settings.functions), "AzureWebJobsStorage") && !contains(keys(module.settings.runner), "AzureWebJobsStorage")
    error_message = "A connection string must not be among the settings."
  }
}

run "each_program_reads_its_own_secrets" {
  command = plan

  assert {
    condition     = sort([for name, readers in module.settings.readers : name if contains(readers, "runner")]) == tolist(["copilot-provider-api-key", "jira-api-token", "otlp-headers"])
    error_message = "The runner must read what it works with and no webhook or admin secret."
  }
  assert {
    condition     = alltrue([for name, grant in local.grants : startswith(name, "${grant.who} secret ") || name == "${grant.who} gitlab tokens" if startswith(grant.role, "Key Vault")])
    error_message = "A right to read secrets must name one secret, or the vault of GitLab tokens."
  }
  assert {
    condition     = alltrue([for name in keys(local.runner_grants) : can(regex("^runner (queue|table) [a-z0-9-]+$|^runner (artefacts|map|image|audits|ledger)$", name))])
    error_message = "The runner must have rights on single queues, tables and containers, not on the storage account."
  }
}

run "one_replica_for_each_task_and_the_queue_tries_again" {
  command = plan

  assert {
    condition     = azurerm_container_app_job.runner["runner"].replica_retry_limit == 0
    error_message = "A replica that is started again holds no lease."
  }
  assert {
    condition     = azurerm_container_app_job.runner["runner"].event_trigger_config[0].parallelism == 1 && azurerm_container_app_job.runner["runner"].event_trigger_config[0].scale[0].rules[0].metadata.queueLength == "1"
    error_message = "Each message starts one execution with one replica."
  }
  assert {
    condition     = azurerm_container_app_job.runner["runner"].replica_timeout_in_seconds > var.runner.wall_clock_minutes * 60
    error_message = "The platform must not end a run before the runner does."
  }
}

run "each_image_has_a_job_that_its_own_queue_starts" {
  command = plan

  variables {
    runner_images = { python = { image = "cmap-runner-python:0.1.0", cpu = 1, memory = "2Gi" } }
  }

  assert {
    condition     = { for name, job in azurerm_container_app_job.runner : name => job.event_trigger_config[0].scale[0].rules[0].metadata.queueName } == { runner = "tasks", python = "tasks-python" }
    error_message = "The length of its own queue must start each job."
  }
  assert {
    condition     = endswith(azurerm_container_app_job.runner["python"].template[0].container[0].image, "/cmap-runner-python:0.1.0") && azurerm_container_app_job.runner["python"].template[0].container[0].cpu == 1
    error_message = "The job must have the image and the size that are given."
  }
  assert {
    condition     = module.settings.functions["RUNNER_IMAGES"] == "python" && module.settings.runner["RUNNER_IMAGES"] == "python"
    error_message = "Functions and runners must know every image."
  }
}

run "a_dockerfile_is_the_image_that_was_built_of_it" {
  command = plan

  variables {
    runner_images       = { python = { dockerfile = "examples/runner-images/python.Dockerfile" } }
    built_runner_images = { python = "cmap-runner-python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  assert {
    condition     = endswith(azurerm_container_app_job.runner["python"].template[0].container[0].image, "/cmap-runner-python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
    error_message = "The job must have the image that was built."
  }
}

run "a_dockerfile_that_was_not_built_is_refused" {
  command = plan

  variables {
    runner_images = { python = { dockerfile = "examples/runner-images/python.Dockerfile" } }
  }

  expect_failures = [azurerm_container_app_job.runner]
}

run "an_image_for_bindings_that_changes_by_itself_is_refused" {
  command = plan

  variables {
    runner_images = { python = { image = "cmap-runner-python:latest" } }
  }

  expect_failures = [var.runner_images]
}

run "the_private_network_closes_the_public_doors" {
  command = plan

  variables {
    private_network = true
  }

  assert {
    condition     = !azurerm_storage_account.this.public_network_access_enabled && alltrue([for vault in azurerm_key_vault.this : !vault.public_network_access_enabled])
    error_message = "Storage and the vaults must be reached through their private endpoints only."
  }
  assert {
    condition     = toset(keys(azurerm_private_endpoint.this)) == toset(["blob", "queue", "table", "vault", "gitlab-vault"])
    error_message = "Every service needs its endpoint."
  }
}

run "operators_come_in_by_their_addresses" {
  command = plan

  variables {
    private_network = true
    network         = { operator_ip_ranges = ["203.0.113.7/32"] }
  }

  assert {
    condition     = azurerm_storage_account.this.public_network_access_enabled && one(azurerm_storage_account.this.network_rules[*].default_action) == "Deny"
    error_message = "The public door must be open to named addresses only."
  }
}

run "a_network_of_your_own_is_left_alone" {
  command = plan

  variables {
    private_network = true
    network = {
      subnet_ids = {
        functions = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/f"
        runners   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/r"
        endpoints = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/e"
      }
      dns_zone_ids = {
        blob  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
        queue = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.queue.core.windows.net"
        table = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net"
        vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"
      }
    }
  }

  assert {
    condition     = length(azurerm_virtual_network.this) == 0 && length(azurerm_private_dns_zone.this) == 0 && length(azurerm_network_security_group.this) == 0
    error_message = "Nothing of the network may be made."
  }
}

run "a_gitlab_without_jira" {
  command = plan

  variables {
    jira     = null
    webhooks = { gitlab = "off" }
  }

  assert {
    condition     = length([for name in keys(module.settings.readers) : name if strcontains(name, "jira") || strcontains(name, "webhook")]) == 0
    error_message = "No secret may be asked for that is not used."
  }
}

run "an_image_that_changes_by_itself_is_refused" {
  command = plan

  variables {
    runner_image_tag = "latest"
  }

  expect_failures = [var.runner_image_tag]
}

run "an_endpoint_without_a_model_is_refused" {
  command = plan

  variables {
    model = { kind = "openai", base_url = "https://model.example.com/v1" }
  }

  expect_failures = [var.model]
}

run "everybody_may_knock_unless_ranges_are_named" {
  command = plan

  assert {
    condition     = length(local.ip_restrictions) == 0 && local.ip_default_action == "Allow"
    error_message = "Without ranges the function app must be reachable."
  }
}

run "named_ranges_shut_everybody_else_out" {
  command = plan

  variables {
    allowed_ip_ranges = ["203.0.113.0/24", "2001:db8::/32"]
  }

  assert {
    condition     = local.ip_default_action == "Deny"
    error_message = "A caller outside every range must be refused."
  }
  assert {
    condition     = [for rule in local.ip_restrictions : "${rule.priority} ${rule.action} ${rule.ipAddress}"] == ["100 Allow 203.0.113.0/24", "101 Allow 2001:db8::/32"]
    error_message = "Each range must be let in by a rule of its own."
  }
}
