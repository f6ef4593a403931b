{{- define "cmap.name" -}}
{{- if contains "cmap" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-cmap" (.Release.Name | trunc 35 | trimSuffix "-") }}{{ end }}
{{- end }}

{{/* Labels of everything; with `component` those of one program. */}}
{{- define "cmap.selector" -}}
app.kubernetes.io/name: cmap
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "cmap.labels" -}}
{{ include "cmap.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "cmap.image" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end }}
{{- end }}

{{- define "cmap.secretName" -}}
{{- if eq .root.Values.secrets.source "existing" }}{{ index .root.Values.secrets.existing .of }}{{ else }}{{ include "cmap.name" .root }}-{{ .of }}{{ end }}
{{- end }}

{{/* Key of the connection string in the secrets of both programs; empty where identities are used. */}}
{{- define "cmap.connectionStringKey" -}}
{{- if .Values.trial.azurite }}storage-connection-string{{ else }}{{ .Values.storage.connectionStringKey }}{{ end }}
{{- end }}

{{/* Connection string of the emulator; account and key are those every Azurite has. */}}
{{- define "cmap.azuriteConnectionString" -}}
{{- $host := printf "http://%s-azurite" (include "cmap.name" .) -}}
DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint={{ $host }}:10000/devstoreaccount1;QueueEndpoint={{ $host }}:10001/devstoreaccount1;TableEndpoint={{ $host }}:10002/devstoreaccount1;
{{- end }}

{{/* Setting -> key of the secret of a program (JSON). */}}
{{- define "cmap.secretSettings" -}}
{{- $own := merge (dict) (index .root.Values.secrets .program) (index .root.Values.extraSecrets .program) -}}
{{- if not .root.Values.settings.common.KEY_VAULT_URI }}{{ $own = merge $own (index .root.Values.mapSecrets .program) }}{{ end -}}
{{- with include "cmap.connectionStringKey" .root }}{{ $_ := set $own "AzureWebJobsStorage" . }}{{ end -}}
{{- toJson $own -}}
{{- end }}

{{/* Keys a secret must hold (JSON): of a program, or of the GitLab tokens. */}}
{{- define "cmap.keysOf" -}}
{{- if eq .of "gitlab" -}}
{{- if .root.Values.settings.common.KEY_VAULT_URI }}[]{{ else }}{{ values .root.Values.credentials | uniq | sortAlpha | toJson }}{{ end -}}
{{- else -}}
{{ include "cmap.secretSettings" (dict "root" .root "program" .of) | fromJson | values | uniq | sortAlpha | toJson }}
{{- end -}}
{{- end }}

{{/* Longest life of a job with an image: what the runner is told and what Kubernetes holds it to. */}}
{{- define "cmap.replicaTimeoutSeconds" -}}
{{- $values := .root.Values -}}
{{- $runsAtOnce := ($values.settings.runner | default dict).RUNNER_RUNS_AT_ONCE -}}
{{- with .image }}{{ $runsAtOnce = (index $values.runnerImages .).runsAtOnce | default $runsAtOnce }}{{ end -}}
{{ mul (add (int $values.runner.wallClockMinutes) 30 (ternary 180 0 (gt (int ($runsAtOnce | default 1)) 1))) 60 }}
{{- end }}

{{/* The values of the runner with an image (JSON): those of `runner`, and over them its own. The image is taken as a whole. */}}
{{- define "cmap.runnerOf" -}}
{{- $runner := .root.Values.runner -}}
{{- with .image -}}
{{- $own := index $.root.Values.runnerImages . -}}
{{- $runner = merge (dict "image" $own.image) (omit $own "image") (omit $runner "image") -}}
{{- end -}}
{{- toJson $runner -}}
{{- end }}

{{/* Settings of a program that are no secrets, name -> text (JSON). What the chart decides wins over what is given,
     extraSettings over both. */}}
{{- define "cmap.settings" -}}
{{- $values := .root.Values -}}
{{- $storage := $values.storage -}}
{{- $made := dict -}}
{{- if $values.map }}{{ $_ := set $made "JIRA_PROJECT_MAP_SOURCE" "/etc/cmap/map/project-map.json" }}{{ end -}}
{{- if not (include "cmap.connectionStringKey" .root) -}}
{{- with $storage.accountName }}{{ $_ := set $made "AzureWebJobsStorage__accountName" . }}{{ end -}}
{{- range $service := list "blob" "queue" "table" -}}
{{- with index $storage (printf "%sServiceUri" $service) }}{{ $_ := set $made (printf "AzureWebJobsStorage__%sServiceUri" $service) . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- with index $values.identity (printf "%sClientId" .program) }}{{ $_ := set $made "AZURE_CLIENT_ID" . }}{{ $_ := set $made "AzureWebJobsStorage__clientId" . }}{{ end -}}
{{- with $values.runnerImages }}{{ $_ := set $made "RUNNER_IMAGES" (keys . | sortAlpha | join ",") }}{{ end -}}
{{- with .image }}{{ $_ := set $made "RUNNER_IMAGE" . }}{{ with (index $values.runnerImages .).runsAtOnce }}{{ $_ := set $made "RUNNER_RUNS_AT_ONCE" . }}{{ end }}{{ end -}}
{{- if eq .program "functions" -}}
{{- $_ := set $made "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT" "2097152" -}}
{{- else -}}
{{- $_ := set $made "RUNNER_WALL_CLOCK_MINUTES" $values.runner.wallClockMinutes -}}
{{- $_ := set $made "REPLICA_TIMEOUT_SECONDS" (include "cmap.replicaTimeoutSeconds" .) -}}
{{- $_ := set $made "RUNNER_GRACE_SECONDS" $values.runner.graceSeconds -}}
{{- end -}}
{{- with $values.proxy.url -}}
{{- $_ := set $made "HTTPS_PROXY" . }}{{ $_ := set $made "HTTP_PROXY" . }}{{ $_ := set $made "NODE_USE_ENV_PROXY" "1" -}}
{{- $direct := list "localhost" "127.0.0.1" "169.254.169.254" ".core.windows.net" ".vault.azure.net" -}}
{{- if $values.trial.azurite }}{{ $direct = append $direct (printf "%s-azurite" (include "cmap.name" $.root)) }}{{ end -}}
{{- $_ := set $made "NO_PROXY" (join "," (concat $direct $values.proxy.noProxy)) -}}
{{- end -}}
{{- if $values.companyCa }}{{ $_ := set $made "NODE_EXTRA_CA_CERTS" "/etc/cmap/ca/company-ca.pem" }}{{ end -}}
{{- $texts := dict -}}
{{- range $given := list $values.settings.common (index $values.settings .program) $made (index $values.extraSettings .program) -}}
{{- range $name, $value := $given -}}
{{/* Helm reads every number as a float, which would be written 1e+06. */}}
{{- if kindIs "float64" $value }}{{ $_ := set $texts $name (int64 $value | toString) }}{{ else }}{{ $_ := set $texts $name (toString $value) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $texts -}}
{{- end }}

{{- define "cmap.env" -}}
{{- $root := .root -}}
{{- $program := .program -}}
{{- range $name, $value := include "cmap.settings" . | fromJson }}
- name: {{ $name | quote }}
  value: {{ $value | toJson }}
{{- end }}
{{- range $name, $key := include "cmap.secretSettings" . | fromJson }}
- name: {{ $name | quote }}
  valueFrom:
    secretKeyRef:
      name: {{ include "cmap.secretName" (dict "root" $root "of" $program) | quote }}
      key: {{ $key | quote }}
{{- end }}
{{- if not $root.Values.settings.common.KEY_VAULT_URI }}
{{- range $alias, $key := $root.Values.credentials }}
- name: {{ if eq $alias "default" }}GITLAB_TOKEN{{ else }}GITLAB_TOKEN__{{ $alias | upper }}{{ end }}
  valueFrom:
    secretKeyRef:
      name: {{ include "cmap.secretName" (dict "root" $root "of" "gitlab") | quote }}
      key: {{ $key | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Files of both programs: the map, and the certificates of the company. */}}
{{- define "cmap.volumeMounts" -}}
{{- if .Values.map }}
- name: map
  mountPath: /etc/cmap/map
  readOnly: true
{{- end }}
{{- if .Values.companyCa }}
- name: company-ca
  mountPath: /etc/cmap/ca
  readOnly: true
{{- end }}
{{- end }}

{{- define "cmap.volumes" -}}
{{- if .Values.map }}
- name: map
  configMap:
    name: {{ include "cmap.name" . }}-map
{{- end }}
{{- if .Values.companyCa }}
- name: company-ca
  configMap:
    name: {{ include "cmap.name" . }}-company-ca
{{- end }}
{{- end }}

{{/* What no schema can say. */}}
{{- define "cmap.check" -}}
{{- $values := .Values -}}
{{- $common := $values.settings.common -}}
{{- if and (not $values.map) (not $common.JIRA_PROJECT_MAP) (not $common.JIRA_PROJECT_MAP_SOURCE) }}{{ fail "map is empty: give the values `cmap render-helm` prints, or set settings.common.JIRA_PROJECT_MAP_SOURCE" }}{{ end -}}
{{- if and $values.map (or $common.JIRA_PROJECT_MAP $common.JIRA_PROJECT_MAP_SOURCE) }}{{ fail "map and settings.common.JIRA_PROJECT_MAP or JIRA_PROJECT_MAP_SOURCE are two maps: give one" }}{{ end -}}
{{- if and (not $common.KEY_VAULT_URI) (not $values.credentials) }}{{ fail "credentials is empty: give the values `cmap render-helm` prints, or set settings.common.KEY_VAULT_URI" }}{{ end -}}
{{- range $project, $binding := (default "{}" $values.map | fromJson).mappings -}}
{{- with $binding.image -}}
{{- if not (or (hasKey $values.runnerImages .) (hasKey $values.extraSettings.functions "RUNNER_IMAGES")) }}{{ fail (printf "runnerImages has no %s, the image that the binding of %s names" . $project) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if not (or $values.trial.azurite $values.storage.accountName $values.storage.connectionStringKey) }}{{ fail "storage: say accountName or connectionStringKey" }}{{ end -}}
{{- if and $values.trial.azurite (or $values.storage.accountName $values.storage.connectionStringKey) }}{{ fail "trial.azurite takes the place of storage: say one of the two" }}{{ end -}}
{{- if and $values.trial.azurite (ne $values.secrets.source "values") }}{{ fail "trial.azurite goes with secrets.source=values, because its connection string is one of them" }}{{ end -}}
{{- if not (or $values.secrets.runner.GITHUB_TOKEN $values.settings.runner.COPILOT_PROVIDER_BASE_URL) }}{{ fail "the runner has no model: set secrets.runner.GITHUB_TOKEN or settings.runner.COPILOT_PROVIDER_BASE_URL" }}{{ end -}}
{{- range $of := list "functions" "runner" "gitlab" -}}
{{- $keys := include "cmap.keysOf" (dict "root" $ "of" $of) | fromJsonArray -}}
{{- if and $keys (eq $values.secrets.source "existing") (not (index $values.secrets.existing $of)) }}{{ fail (printf "secrets.existing.%s is empty; that secret must hold %s" $of (join ", " $keys)) }}{{ end -}}
{{- if and $keys (eq $values.secrets.source "external") (not $values.secrets.external.storeName) }}{{ fail "secrets.external.storeName is empty" }}{{ end -}}
{{- if eq $values.secrets.source "values" -}}
{{- range $key := without $keys (include "cmap.connectionStringKey" $) -}}
{{- if not (index $values.secrets.values $key) }}{{ fail (printf "secrets.values has no %s" $key) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $values.networkPolicy.enabled -}}
{{- $needed := ternary (list "proxy") (list "gitlab" "model") (ne $values.proxy.url "") -}}
{{- if not $values.trial.azurite }}{{ $needed = append $needed "storage" }}{{ end -}}
{{- if and $common.JIRA_URL (not $values.proxy.url) }}{{ $needed = append $needed "jira" }}{{ end -}}
{{- if not (or (include "cmap.connectionStringKey" .) $values.proxy.url) }}{{ $needed = append $needed "entra" }}{{ end -}}
{{- if $common.KEY_VAULT_URI }}{{ $needed = append $needed "vault" }}{{ end -}}
{{- range $needed -}}
{{- if not (index $values.networkPolicy.egress .).addresses }}{{ fail (printf "networkPolicy.egress.%s.addresses is empty: nothing would reach it" .) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}
