# Shared by the scripts under dev/. Source it; it defines functions and paths and does nothing else.
# shellcheck shell=bash disable=SC2034  # what is set here is used elsewhere
set -euo pipefail
shopt -s inherit_errexit

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What is built here once and may be deleted at any time (but not the cluster in it while it runs).
CACHE=${ADVTRAIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/advtrain}
# State of the local cluster: keys, etcd, the node, volumes.
CLUSTER=$CACHE/cluster
CLUSTER_KUBECONFIG=$CLUSTER/kubeconfig/admin.conf
OPERATOR_IMAGE=localhost/advtrain-operator:dev
TRAINER_IMAGE=localhost/advtrain-trainer:dev

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# step WHAT COMMAND...: runs COMMAND with its output in a log file, says what is done and how long it took,
# and shows the end of the log when it fails.
step() {
  local what=$1 begin=$SECONDS next=30 log pid rc=0
  shift
  log=${what%% (*}
  log=$CACHE/log/$(tr -cs 'a-z0-9\n' '-' <<<"${log,,}").log
  mkdir -p "$CACHE/log"
  say "$what"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    if ((SECONDS - begin >= next)); then say "  ... $((SECONDS - begin)) s, log: $log"; next=$((next + 60)); fi
  done
  wait "$pid" || rc=$?
  if ((rc)); then tail -n 40 "$log" >&2; die "$what: failed with $rc after $((SECONDS - begin)) s; whole log: $log"; fi
  say "  done in $((SECONDS - begin)) s"
}

has_apt() { is_root && command -v apt-get >/dev/null; }

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || echo "apt-get update failed; trying the lists that are there"
  apt-get install -y --no-install-recommends "$@"
}

# need COMMAND:PACKAGE...: installs the Debian package of each command (or file) that is not there (a function of that name is none);
# without root it says what to install.
need() {
  local each packages=()
  for each in "$@"; do
    [ -e "${each%%:*}" ] || type -P "${each%%:*}" >/dev/null || packages+=("${each##*:}")
  done
  [ ${#packages[@]} = 0 ] && return
  has_apt || die "please install (Debian package names): ${packages[*]}"
  step "Installing ${packages[*]}" install_packages "${packages[@]}"
}

# content_key FILE...: a short digest of the files' names and contents.
content_key() { (cd "$ROOT" && sha256sum -- "$@") | sha256sum | cut -c1-16; }

# go_tools MODULE: builds the tools of dev/gomod/MODULE on first use and prints the folder that holds them.
go_tools() {
  local module=$1 dir own
  # the source of a tool of ours; that of the others is in their Go modules
  own=$(cd "$ROOT" && find "dev/gomod/$module" -name '*.go' | sort)
  # shellcheck disable=SC2086  # one name a line, without spaces
  dir=$CACHE/tools/$module-$(content_key "dev/gomod/$module/go.mod" "dev/gomod/$module/go.sum" dev/gomod/build $own)
  if [ ! -d "$dir" ]; then
    find_go
    mkdir -p "$CACHE/tools"
    (
      flock 9 # another script may be building the same
      [ -d "$dir" ] || step "Building $module from its Go modules (first use only; Kubernetes takes some minutes)" \
        "$ROOT/dev/gomod/build" "$module" "$dir"
    ) 9>"$CACHE/tools/$module.lock"
  fi
  echo "$dir"
}

# find_go: puts a Go into PATH that reads our go.mod files; from 1.21 on it fetches by itself the version they ask for.
find_go() {
  local dir minor
  for dir in "" /usr/local/go/bin; do
    if "${dir:+$dir/}go" version >/dev/null 2>&1; then
      [ -z "$dir" ] || export PATH=$dir:$PATH
      break
    fi
  done
  need go:golang-go
  export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}
  minor=$(GOTOOLCHAIN=local go env GOVERSION | cut -d. -f2)
  ((${minor%%[!0-9]*} >= 21)) || die "Go $(go env GOVERSION) is too old: install 1.21 or newer, best the latest"
}

# find_jdk: sets JAVA_HOME to a JDK 25.
find_jdk() {
  local dir
  for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25*; do
    if [ -x "$dir/bin/javac" ] && [[ $("$dir/bin/javac" -version 2>&1) == *"javac 25"* ]]; then
      export JAVA_HOME=$dir
      return
    fi
  done
  if has_apt && apt-get update -qq && apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
    JAVA_HOME=/usr/lib/jvm/java-25-openjdk-$(dpkg --print-architecture)
    export JAVA_HOME
    need "$JAVA_HOME/bin/javac:openjdk-25-jdk-headless"
    return
  fi
  die "no JDK 25 found: install one (Debian 13: openjdk-25-jdk-headless, elsewhere Temurin 25) or set JAVA_HOME to it"
}

# maven ARGUMENT...: Maven on JDK 25, from the root of the project.
maven() {
  find_jdk
  need mvn:maven
  (cd "$ROOT" && mvn -B -ntp "$@")
}

kubectl() { "$(go_tools k8s)/kubectl" --kubeconfig "$CLUSTER_KUBECONFIG" "$@"; }
helm() { "$(go_tools helm)/helm" --kubeconfig "$CLUSTER_KUBECONFIG" "$@"; }

# install_operator [HELM_ARGUMENT...]: the chart with the images of dev/images; a new image replaces the running operator.
install_operator() {
  local digest
  digest=$(jq -r '.manifests[0].digest' "$CACHE/images/operator/index.json")
  helm upgrade --install advtrain "$ROOT/charts/advtrain" --namespace advtrain-system --create-namespace \
    --set "image.repository=${OPERATOR_IMAGE%:*},image.tag=${OPERATOR_IMAGE##*:}" \
    --set "trainerImage.repository=${TRAINER_IMAGE%:*},trainerImage.tag=${TRAINER_IMAGE##*:}" \
    --set-string "podAnnotations.advtrain\\.dev/image=$digest" \
    --take-ownership --wait --timeout 300s "$@"
}

# As in the trainer's images, which say why.
ALLOCATOR=(MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=268435456)

# trainer ARGUMENT...: the trainer on this machine, from the build, with the options that its image has too
trainer() {
  find_jdk
  env "${ALLOCATOR[@]}" "$JAVA_HOME/bin/java" -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData --enable-native-access=ALL-UNNAMED \
    -jar "$ROOT/trainer-image/target/quarkus-app/quarkus-run.jar" "$@"
}

# check_data: ADVTRAIN_DATA, if set, must hold everything that tests want from it; it becomes an absolute path.
check_data() {
  local file
  [ -n "${ADVTRAIN_DATA:-}" ] || return 0
  for file in data/fashion-mnist/{train,t10k}-{images-idx3,labels-idx1}-ubyte.gz reference/{digits_at,fm_at}.npz; do
    [ -r "$ADVTRAIN_DATA/$file" ] || die "ADVTRAIN_DATA is $ADVTRAIN_DATA, which lacks $file; unset it to test on built-in data"
  done
  ADVTRAIN_DATA=$(cd "$ADVTRAIN_DATA" && pwd)
  export ADVTRAIN_DATA
}

# java_main [JVM-OPTION...] CLASS ARGUMENT...: a main class among the trainer's tests, on the classes of the last build
java_main() {
  local target=$ROOT/trainer-image/target
  find_jdk
  env "${ALLOCATOR[@]}" "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
    -cp "$target/classes:$target/test-classes:$target/quarkus-app/lib/boot/*:$target/quarkus-app/lib/main/*" "$@"
}

# python_with REQUIREMENTS: prints an interpreter that has what dev/proofs/REQUIREMENTS lists, installed on first use.
python_with() {
  local venv
  venv=$CACHE/tools/python-$(content_key "dev/proofs/$1")
  if [ ! -d "$venv" ]; then
    need python3:python3 /usr/lib/python3/dist-packages:python3-venv
    rm -rf "$venv.new"
    step "Installing $1 for Python (first use only; several gigabytes)" install_python "$venv.new" "$ROOT/dev/proofs/$1"
    mv "$venv.new" "$venv"
  fi
  # A virtual environment that was moved is found through its interpreter.
  echo "$venv/bin/python"
}

install_python() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --requirement "$2"
}
