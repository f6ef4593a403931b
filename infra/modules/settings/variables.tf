# What the settings are computed from: the variables of the deployment, and what is only known once things exist.

variable "deployment" {
  description = "Variables of the deployment by their names: gitlab_url, jira, webhooks, credential_aliases, map_secrets, model, project_map, settings, extra_settings, extra_secrets, audit, proxy, company_ca, wall_clock_minutes, runner_images (names)."
  type        = any
}

variable "made" {
  description = "What Terraform made: name, storage_uris (blob, queue, table), vault_uris (programs, gitlab), client_ids (functions, runner), insights, collector (address or null)."
  type        = any
}
