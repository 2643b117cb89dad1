{{- define "advtrain.name" -}}
{{- printf "%s-operator" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "advtrain.selectorLabels" -}}
app.kubernetes.io/name: advtrain-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "advtrain.labels" -}}
{{ include "advtrain.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: advtrain
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
