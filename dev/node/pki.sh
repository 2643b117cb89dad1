# Keys, certificates and kubeconfigs of the local cluster, made once. Sourced by dev/cluster.
# shellcheck shell=bash disable=SC2154  # the paths and addresses are dev/cluster's

ec_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
rsa_key=(-newkey rsa:2048 -nodes) # for people's clients: Fabric8's reads no elliptic curve keys by itself
new_key=("${ec_key[@]}")

# certificate FILE COMMON_NAME ORGANIZATION USAGE [SUBJECT_ALTERNATIVE_NAMES]
certificate() {
  local file=$PKI/$1 name=$2 organization=$3 usage=$4 names=${5:-}
  openssl req -new "${new_key[@]}" -keyout "$file.key" -out "$file.csr" -subj "/O=$organization/CN=$name" 2>/dev/null
  openssl x509 -req -in "$file.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 3650 -out "$file.crt" \
    -extfile <(printf '%s\n' "basicConstraints=CA:FALSE" "keyUsage=digitalSignature,keyEncipherment" \
      "extendedKeyUsage=$usage" ${names:+"subjectAltName=$names"}) 2>/dev/null
  rm "$file.csr"
}

# kubeconfig FILE SERVER: for the certificate of the same name
kubeconfig() {
  cat >"$KUBECONFIGS/$1.conf" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: advtrain
  cluster: {server: "$2", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")}
users:
- name: $1
  user: {client-certificate-data: $(base64 -w0 "$PKI/$1.crt"), client-key-data: $(base64 -w0 "$PKI/$1.key")}
contexts:
- name: advtrain
  context: {cluster: advtrain, user: $1}
current-context: advtrain
YAML
}

make_pki() {
  [ ! -e "$PKI/done" ] || return 0
  local local_server=https://127.0.0.1:$API_PORT node_server=https://$HOST_IP:$API_PORT
  (
    umask 077
    rm -rf "$PKI"
    mkdir -p "$PKI" "$KUBECONFIGS"
    openssl req -x509 "${new_key[@]}" -keyout "$PKI/ca.key" -out "$PKI/ca.crt" -days 3650 -subj /CN=advtrain-ca \
      -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign 2>/dev/null
    certificate apiserver kube-apiserver kubernetes serverAuth \
      "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$SERVICE_IP,IP:$HOST_IP"
    certificate apiserver-kubelet-client kube-apiserver-kubelet-client system:masters clientAuth
    new_key=("${rsa_key[@]}")
    certificate admin kubernetes-admin system:masters clientAuth
    new_key=("${ec_key[@]}")
    certificate controller-manager system:kube-controller-manager system:kube-controller-manager clientAuth
    certificate scheduler system:kube-scheduler system:kube-scheduler clientAuth
    certificate proxy system:kube-proxy system:node-proxier clientAuth
    certificate kubelet "system:node:$NODE" system:nodes clientAuth
    certificate kubelet-server "$NODE" system:nodes serverAuth "DNS:$NODE,IP:$NODE_IP"
    openssl genrsa -out "$PKI/service-accounts.key" 2048 2>/dev/null
    openssl rsa -in "$PKI/service-accounts.key" -pubout -out "$PKI/service-accounts.pub" 2>/dev/null
    kubeconfig admin "$local_server"
    kubeconfig controller-manager "$local_server"
    kubeconfig scheduler "$local_server"
    kubeconfig kubelet "$node_server"
    kubeconfig proxy "$node_server"
    touch "$PKI/done"
  )
}
