# shellcheck shell=bash
# Sourced by ./weft and ./test: installs what is missing and publishes the programs into artifacts/bin-weft.
# Everything that is said goes to standard error, so that the output of `./weft get -o json` stays clean.

weft_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
weft_home=$weft_root/artifacts/bin-weft

# The build must leave no server process behind that outlives the command.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

# step NAME COMMAND...: runs quietly, says how long it took, and shows the output only when it failed.
# Bash ignores `set -e` inside a condition, so every COMMAND chains its own parts with &&.
step() {
    local name=$1 log started=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        say "  ok    $name ($((SECONDS - started)) s)"
        rm -f "$log"
        return 0
    fi
    say "  FAIL  $name"
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
}

# The folders that hold system programs for root are not in every user's PATH.
has() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1; }

has_compiler() { has gcc || has clang; }

has_library() { compgen -G "/usr/lib/*/$1" >/dev/null || compgen -G "/usr/lib*/$1" >/dev/null || compgen -G "/lib/*/$1" >/dev/null; }

# missing_packages SAMPLES TESTS: the Debian packages that are not there, one line.
missing_packages() {
    local -a missing=()
    has_compiler || missing+=(gcc libc6-dev)
    [[ -f /usr/include/zlib.h ]] || missing+=(zlib1g-dev)
    has_library libssl.so.3 || missing+=(libssl3)
    has nft || missing+=(nftables)
    has ip || missing+=(iproute2)
    # For the dashboard; without it everything but the page is built.
    has node || missing+=(nodejs)
    has npm || missing+=(npm)
    if (($1)); then
        has redis-server || missing+=(redis-server)
        has python3 || missing+=(python3)
    fi
    if (($2)); then
        has openssl || missing+=(openssl)
        has curl || missing+=(curl)
        has nghttp || missing+=(nghttp2-client)
        has chromium || missing+=(chromium)
        [[ -d /usr/lib/python3/dist-packages/grpc ]] || missing+=(python3-grpcio)
        has strace || missing+=(strace)
        has tcpdump || missing+=(tcpdump)
        has promtool || missing+=(prometheus)
        has nginx || missing+=(nginx-light)
        has haproxy || missing+=(haproxy)
        has gunicorn || missing+=(gunicorn)
        has tinyproxy || missing+=(tinyproxy-bin)
    fi
    printf '%s' "${missing[*]}"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

# Installs packages without letting any of them start a service, now or at the next boot:
# a machine must not get a Redis on port 6379 because somebody tried a demo.
install_packages() {
    local guard=/usr/sbin/policy-rc.d made=0 result=0 package
    if [[ ! -e $guard ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$guard" && chmod 755 "$guard"
        made=1
    fi
    apt_install "$@" || result=$?
    if ((made)); then
        rm -f "$guard"
    fi
    if has systemctl; then
        for package in "$@"; do
            case $package in
                redis-server | nginx-light | haproxy | prometheus) systemctl disable --quiet "${package%-light}.service" || true ;;
            esac
        done
    fi
    return "$result"
}

# ensure_packages SAMPLES TESTS: what ./weft and ./test need of the system.
ensure_packages() { ensure_list "$(missing_packages "$1" "$2")"; }

# ensure_list "PACKAGE...": as root installs them, otherwise says the command and goes on.
ensure_list() {
    local list=$1
    if [[ -z $list ]]; then
        return 0
    fi
    if ! has apt-get; then
        say "missing: $list (Debian's names); install them with this system's package manager"
    elif [[ $(id -u) -ne 0 ]]; then
        say "missing: $list"
        say "  install with: sudo apt-get install -y --no-install-recommends $list"
        say "  going on without; what needs them says so"
    else
        say "installing $list (no service is started)"
        # shellcheck disable=SC2086 # a list of words
        step "apt-get install $list" install_packages $list || say "going on without; what needs them says so"
    fi
}

# ensure_interop: gRPC for Node, pinned by its lock file, for tests that put other people's programs on either side of the proxy.
ensure_interop() {
    local from=$weft_root/tests/Weft.Native.Tests/interop to=$weft_root/artifacts/interop
    if cmp -s "$from/package-lock.json" "$to/node_modules/weft-installed"; then
        return 0
    fi
    if ! has npm; then
        say "missing: npm; what needs packages of Node says so"
        return 0
    fi
    mkdir -p "$to" && cp "$from"/{package.json,package-lock.json,.npmrc} "$to" || return 1
    if step "npm ci for the tests of interoperation" npm ci --prefix "$to" --ignore-scripts; then
        cp "$from/package-lock.json" "$to/node_modules/weft-installed"
    else
        say "going on without; what needs it says so"
    fi
}

ensure_sdk() {
    if has dotnet && [[ $(cd "$weft_root" && dotnet --version 2>/dev/null) == 10.* ]]; then
        return 0
    fi
    say "The .NET SDK 10 is missing: install it (dotnet-sdk-10.0), or put its folder into PATH, then run this again."
    exit 69
}

runtime_id() {
    case $(uname -m) in
        x86_64) echo linux-x64 ;;
        aarch64) echo linux-arm64 ;;
        *)
            say "processor $(uname -m) is not supported: x86_64 and aarch64 are"
            exit 69
            ;;
    esac
}

# sources_of COMPONENT: the files and folders whose change makes it old.
sources_of() {
    local -a names
    case $1 in
        proxy) names=(src/Weft.{Proxy,Routing,Wire,Identity,Contracts,Primitives}) ;;
        cli) names=(src/Weft.{Cli,Model,Routing,Identity,Contracts,Primitives}) ;;
        server) names=(src/Weft.{ControlPlane,Model,Routing,Identity,Authority,Contracts,Primitives} artifacts/web) ;;
        web) names=(web) ;;
        shop) names=(samples/shop) ;;
        load) names=(bench/Weft.Load samples/shop/Protos) ;;
    esac
    printf '%s\n' "${names[@]}" Directory.Build.props Directory.Packages.props .ci/build.sh
}

# A checkout touches files without changing them, so the slow path compares contents before it spends a native compile.
hash_of() {
    local -a names
    mapfile -t names < <(sources_of "$1")
    (
        cd "$weft_root" || exit 70
        find "${names[@]}" -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
        ! has_compiler || echo native
    )
}

# Descriptor 9 holds the lock of weft_prepare; a compile server that stays a while must not inherit it.
publish() { dotnet publish -c Release -v quiet --nologo -p:DebugType=none "$@" 9>&-; }

# put NEW PLACE: a file that runs cannot be written to, but its name can be given to another.
put() {
    mkdir -p "$(dirname "$2")" && rm -rf "$2.old" || return 1
    if [[ -e $2 ]]; then
        mv "$2" "$2.old" || return 1
    fi
    mv "$1" "$2" && rm -rf "$2.old"
}

publish_native() {
    local project=$weft_root/src/$1 name=$2 out=$weft_home/.new/$2
    local -a how=()
    has_compiler || how=(-p:PublishAot=false -p:PublishSingleFile=true --self-contained false)
    rm -rf "$out"
    publish "$project" -r "$weft_rid" -o "$out" "${how[@]}" && put "$out/$name" "$weft_home/$name"
}

# The server lies beside the library of its store.
publish_server() {
    local out=$weft_home/.new/server
    local -a how=()
    has_compiler || how=(-p:PublishAot=false -p:PublishReadyToRun=true --self-contained false)
    rm -rf "$out"
    publish "$weft_root/src/Weft.ControlPlane" -r "$weft_rid" -o "$out" "${how[@]}" && put "$out" "$weft_home/server"
}

# Compiled ahead where possible: a dozen services start at once on two cores.
publish_managed() {
    local project=$weft_root/$1 name=$2 out=$weft_home/.new/$2
    rm -rf "$out"
    publish "$project" -r "$weft_rid" --self-contained false -p:PublishReadyToRun=true -o "$out" && put "$out" "$weft_home/$name"
}

# The page that weft-server carries inside itself. It is left out, and said so, where Node.js 18 or the packages cannot be had.
build_web() {
    local version
    version=$(node --version 2>/dev/null)
    version=${version#v}
    if ! has npm || ((${version%%.*} + 0 < 18)); then
        say "  skip  the dashboard: needs Node.js 18 or newer and npm (apt-get install nodejs npm); everything else works"
        return 0
    fi
    step "packages of the dashboard (npm ci)" npm_in_web ci --no-progress \
        && step "build the dashboard" npm_in_web run build \
        && return 0
    rm -rf "$weft_root/artifacts/web" && mkdir -p "$weft_root/artifacts/web"
    say "  skip  the dashboard could not be built; everything else works"
}

npm_in_web() { (cd "$weft_root/web" && npm "$@" 9>&-); }

build_component() {
    local note=" (native)"
    has_compiler || note=" (no C compiler: not native, slower and larger)"
    case $1 in
        proxy) step "publish weft-proxy$note" publish_native Weft.Proxy weft-proxy ;;
        cli) step "publish weft$note" publish_native Weft.Cli weft ;;
        web) build_web ;;
        server) step "publish weft-server$note" publish_server ;;
        shop) step "publish the sample shop" publish_managed samples/shop shop ;;
        load) step "publish the load generator" publish_managed bench/Weft.Load load ;;
    esac
}

# A page that was left out is tried again as soon as npm is there.
is_built() { [[ $1 != web || -f $weft_root/artifacts/web/index.html ]] || ! has npm; }

build_all() {
    local component hash
    # An empty folder stands for a page that could not be built.
    mkdir -p "$weft_root/artifacts/web"
    for component in web proxy cli server shop load; do
        hash=$(hash_of "$component")
        if [[ -f $weft_home/.hash-$component && $(<"$weft_home/.hash-$component") == "$hash" ]] && is_built "$component"; then
            continue
        fi
        rm -f "$weft_home/.hash-$component"
        build_component "$component" || return 1
        printf '%s\n' "$hash" >"$weft_home/.hash-$component"
    done
}

# weft_prepare SAMPLES TESTS: everything that ./weft needs, built once even when several shells ask at the same time.
weft_prepare() {
    local samples=$1 tests=$2 mark
    ensure_packages "$samples" "$tests"
    ensure_sdk
    weft_rid=$(runtime_id)
    mkdir -p "$weft_home"
    exec 9>"$weft_home/.lock"
    if ! flock -n 9; then
        say "waiting for another build of this tree"
        flock 9
    fi
    # Taken before the build: a source saved meanwhile is newer and builds again next time.
    mark=$(mktemp "$weft_home/.mark.XXXXXX")
    if ! build_all; then
        rm -f "$mark"
        exec 9>&-
        return 1
    fi
    rm -rf "$weft_home/.new"
    mv "$mark" "$weft_home/.stamp"
    if ((samples)); then
        touch "$weft_home/.samples"
    fi
    exec 9>&-
}
