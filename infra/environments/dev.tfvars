# A small deployment to try things out: few runners, no private network.
environment      = "dev"
location         = "westeurope"
gitlab_url       = "https://gitlab.example.com"
jira             = { url = "https://your-site.atlassian.net", email = "agent@example.com" }
model            = { kind = "github" }
runner_image_tag = "0.1.0"
runner           = { cpu = 1, memory = "2Gi", max_executions = 2 }
