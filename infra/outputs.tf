# Names and addresses for the next step. Nothing here lets anybody in.
output "resource_group" {
  description = "Where everything stands."
  value       = azurerm_resource_group.this.name
}

output "function_app" {
  description = "Name of the function app, for `func azure functionapp publish` or `az functionapp deployment source config-zip`."
  value       = azapi_resource.functions.name
}

output "webhook_base_url" {
  description = "GitLab and Jira send their webhooks below this address, to webhooks/gitlab and webhooks/jira."
  value       = "https://${azapi_resource.functions.output.properties.defaultHostName}/api"
}

output "registry" {
  description = "Where the image cmap-runner is pushed to."
  value       = azurerm_container_registry.this.login_server
}

output "runner_job" {
  description = "Name of the job, for `az containerapp job execution list`."
  value       = azurerm_container_app_job.runner.name
}

output "storage_account" {
  description = "Name of the account; its container config holds project-map.json."
  value       = azurerm_storage_account.this.name
}

output "key_vault" {
  description = "Name of the vault the secrets go into."
  value       = azurerm_key_vault.this.name
}

output "secrets_to_set" {
  description = "Names of the secrets this deployment reads."
  value       = sort(keys(local.secrets))
}
