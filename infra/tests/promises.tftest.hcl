# The promises that matter, asked of a plan with providers that create nothing: `terraform init -backend=false && terraform test`.
mock_provider "azurerm" {}
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

run "nobody_comes_with_a_storage_key" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.this.shared_access_key_enabled && !azurerm_storage_account.this.allow_nested_items_to_be_public
    error_message = "The storage account must take identities only."
  }
  assert {
    condition     = !contains(keys(local.functions_settings), "AzureWebJobsStorage") && !contains(keys(local.runner_settings), "AzureWebJobsStorage")
    error_message = "A connection string must not be among the settings."
  }
}

run "each_program_reads_its_own_secrets" {
  command = plan

  assert {
    condition     = sort([for name, readers in local.secrets : name if contains(readers, "runner")]) == tolist(["copilot-provider-api-key", "gitlab-token", "gitlab-token--platform-team", "jira-api-token"])
    error_message = "The runner must read the tokens it works with and no webhook or admin secret."
  }
  assert {
    condition     = !contains(local.secrets["copilot-provider-api-key"], "functions")
    error_message = "The functions have no use for the key of the model."
  }
  assert {
    condition     = alltrue([for name, grant in local.grants : startswith(name, "${grant.who} secret ") if startswith(grant.role, "Key Vault")])
    error_message = "A program's right to read secrets must name one secret."
  }
  assert {
    condition     = alltrue([for name in keys(local.runner_grants) : can(regex("^runner (queue|table) [a-z-]+$|^runner (artefacts|map|image)$", name))])
    error_message = "The runner must have rights on single queues, tables and containers, not on the storage account."
  }
}

run "one_replica_for_each_task_and_the_queue_tries_again" {
  command = plan

  assert {
    condition     = azurerm_container_app_job.runner.replica_retry_limit == 0
    error_message = "A replica that is started again holds no claim."
  }
  assert {
    condition     = azurerm_container_app_job.runner.event_trigger_config[0].parallelism == 1 && azurerm_container_app_job.runner.event_trigger_config[0].scale[0].rules[0].metadata.queueLength == "1"
    error_message = "Each message starts one execution with one replica."
  }
  assert {
    condition     = azurerm_container_app_job.runner.replica_timeout_in_seconds > var.runner.wall_clock_minutes * 60
    error_message = "The platform must not end a run before the runner does."
  }
}

run "the_private_network_closes_the_public_doors" {
  command = plan

  variables {
    private_network = true
  }

  assert {
    condition     = !azurerm_storage_account.this.public_network_access_enabled && !azurerm_key_vault.this.public_network_access_enabled
    error_message = "Storage and Key Vault must be reached through their private endpoints only."
  }
  assert {
    condition     = toset(keys(azurerm_private_endpoint.this)) == toset(["blob", "queue", "table", "vault"])
    error_message = "Every service needs its endpoint."
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
    error_message = "Whoever is not in a range must be refused."
  }
  assert {
    condition     = [for rule in local.ip_restrictions : "${rule.priority} ${rule.action} ${rule.ipAddress}"] == ["100 Allow 203.0.113.0/24", "101 Allow 2001:db8::/32"]
    error_message = "Each range must be let in by a rule of its own."
  }
}
