# Names and addresses for the next step, and links for people. Nothing here lets anybody in.
locals {
  functions_url = "https://${azapi_resource.functions.output.properties.defaultHostName}"
  portal        = "https://portal.azure.com/#@${data.azurerm_client_config.current.tenant_id}/resource"
}

output "resource_group" {
  description = "Where everything stands."
  value       = azurerm_resource_group.this.name
}

output "function_app" {
  description = "Name of the function app, for `az functionapp deployment source config-zip`."
  value       = azapi_resource.functions.name
}

output "functions_url" {
  description = "Address of the function app; /api/health says whether it is well."
  value       = local.functions_url
}

output "webhook_base_url" {
  description = "GitLab and Jira send their webhooks below this address, to webhooks/gitlab and webhooks/jira."
  value       = "${local.functions_url}/api"
}

output "registry" {
  description = "Where the image cmap-runner is pushed to."
  value       = azurerm_container_registry.this.login_server
}

output "runner_image" {
  description = "The image of the runner as the default job has it, for signatures and scanners."
  value       = azurerm_container_app_job.runner["runner"].template[0].container[0].image
}

output "runner_job" {
  description = "Name of the job, for `az containerapp job execution list`."
  value       = azurerm_container_app_job.runner["runner"].name
}

output "runner_jobs" {
  description = "Names of all runner jobs: the one above, and one for each of runner_images."
  value       = [for name in sort(keys(azurerm_container_app_job.runner)) : azurerm_container_app_job.runner[name].name]
}

output "storage_account" {
  description = "Name of the account; its container config holds project-map.json."
  value       = azurerm_storage_account.this.name
}

output "key_vault" {
  description = "Name of the vault of all secrets but GitLab tokens."
  value       = azurerm_key_vault.this["programs"].name
}

output "gitlab_key_vault" {
  description = "Name of the vault of GitLab tokens: gitlab-token, and gitlab-token--<alias> for each alias."
  value       = azurerm_key_vault.this["gitlab"].name
}

output "secrets_to_set" {
  description = "Vault -> names of the secrets this deployment reads."
  value = {
    (azurerm_key_vault.this["programs"].name) = sort(concat(keys(module.settings.readers), local.has_collector ? ["otlp-token"] : []))
    (azurerm_key_vault.this["gitlab"].name)   = module.settings.gitlab_secrets
  }
}

output "runner_secret_references" {
  description = "What `az containerapp job secret set --secrets` is given, so that a runner job reads its secrets anew."
  value       = [for name in sort(distinct(values(module.settings.runner_secrets))) : "${name}=keyvaultref:${azurerm_key_vault.this["programs"].vault_uri}secrets/${name},identityref:${azurerm_user_assigned_identity.this["runner"].id}"]
}

output "command_line_settings" {
  description = "Environment of `cmap` on the machine of an operator; JIRA_API_TOKEN, or the two secrets of JIRA_OAUTH_CLIENT_ID, come from the vault."
  value       = { for name, value in module.settings.runner : name => value if can(regex("^(AzureWebJobsStorage__(blob|queue|table)ServiceUri|GITLAB_URL|JIRA_.*|KEY_VAULT_URI|RUNNER_IMAGES)$", name)) }
}

output "outbound_address" {
  description = "The address everything goes out from, for the allow-lists of GitLab and Jira; null without a NAT gateway of ours."
  value       = one(azurerm_public_ip.nat[*].ip_address)
}

output "workbook_url" {
  description = "The page to look at."
  value       = "${local.portal}${azurerm_application_insights_workbook.this.id}/workbook"
}

output "logs_url" {
  description = "The logs, with the saved queries."
  value       = "${local.portal}${azurerm_log_analytics_workspace.this.id}/logs"
}

output "traces_url" {
  description = "Traces and metrics of both programs."
  value       = "${local.portal}${azurerm_application_insights.this.id}/searchV1"
}

output "runner_executions_url" {
  description = "The executions of the runner job."
  value       = "${local.portal}${azurerm_container_app_job.runner["runner"].id}/executionHistory"
}
