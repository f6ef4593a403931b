# A small deployment to try things out: few runners, no private network, no collector. `npm run deploy -- dev` gives the
# rest.
environment = "dev"
location    = "westeurope"
gitlab_url  = "https://gitlab.example.com"
jira        = { url = "https://your-site.atlassian.net", email = "agent@example.com" }
model       = { kind = "github" }
runner      = { cpu = 1, memory = "2Gi", max_executions = 2 }
webhooks    = { gitlab = "off", jira = false }
telemetry   = { collector = false }
# Not asked from outside, and no person notified: alert_emails makes the alerts.
availability_test = []
# A group is best: az ad group show --group NAME --query id --output tsv. Empty: the one who deploys, alone.
operators = []
# Other toolchains than Node.js, by the name bindings give as `image` (docs/runner-images.md):
# runner_images = { python = { dockerfile = "examples/runner-images/python.Dockerfile" } }
