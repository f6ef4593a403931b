# What both programs are told, and what the vaults hold.
output "functions" {
  description = "Settings of the function app that are no secrets."
  value       = local.functions_settings
}

output "functions_secrets" {
  description = "Setting of the function app -> secret it refers to."
  value       = local.functions_secrets
}

output "runner" {
  description = "Settings of the runner that are no secrets."
  value       = local.runner_settings
}

output "runner_secrets" {
  description = "Setting of the runner -> secret it refers to."
  value       = local.runner_secrets
}

output "readers" {
  description = "Secret of the vault of the programs -> programs that may read it."
  value       = local.secrets
}

output "gitlab_secrets" {
  description = "Names of the GitLab tokens in their vault."
  value       = local.gitlab_secrets
}
