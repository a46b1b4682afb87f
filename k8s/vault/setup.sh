#!/bin/sh
# Sets a Vault up for Rowhouse. Running it again changes nothing but what was changed in it or in the files beside it.
#
#   setup.sh kubernetes NAMESPACE SERVICE_ACCOUNT     login by service account (in a cluster)
#   setup.sh approle                                  login by AppRole (elsewhere)
#   setup.sh shard NAME HOST PORT DATABASE LANES      logins of a registered shard's lanes
#   setup.sh sealing                                  the key by which keys of dead letters are wrapped
#   setup.sh certificates DOMAIN                      certificates for the domain and the hosts below it
#
# Needs VAULT_ADDR and a VAULT_TOKEN that may change policies, auth methods and secrets engines.
# "kubernetes" is for a Vault in the cluster; for one elsewhere KUBERNETES_HOST is the address of the API server as Vault reaches
# it, KUBERNETES_CA_CERT a file with its authority in PEM, and TOKEN_REVIEWER_JWT the token of a service account that may review
# tokens.
# "shard" asks for the password of rowhouse_vault on that server in ROWHOUSE_VAULT_PASSWORD, and lets Vault replace it by one that
# nobody else knows where ROWHOUSE_VAULT_ROTATE=yes; a connection that is there already stays as it is where no password is
# given. TTL and MAX_TTL (1h and 24h) are the lives of a login; a transaction may take a minute, so TTL must be some minutes at
# least.
# For "certificates" MAX_TTL (168h) is the longest life. The root's certificate, which clients must trust, is printed when it is
# made.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mode=${1:-}
# A token ends the logins that it got when it ends itself: so it may be renewed without end.
periodic=token_period=1h

fail() {
    echo "setup.sh: $1" >&2
    exit 1
}

enabled() { # list, path
    vault "$1" list -format=json | grep -q "^ *\"$2/\""
}

policy() {
    vault policy write rowhouse "$here/rowhouse.hcl"
}

case "$mode" in
kubernetes)
    [ $# -eq 3 ] || fail "kubernetes NAMESPACE SERVICE_ACCOUNT"
    policy
    enabled auth kubernetes || vault auth enable kubernetes
    if [ -n "${KUBERNETES_HOST:-}" ]; then
        [ -r "${KUBERNETES_CA_CERT:-}" ] || fail "KUBERNETES_CA_CERT is '${KUBERNETES_CA_CERT:-}' (expected: a file)"
        [ -n "${TOKEN_REVIEWER_JWT:-}" ] || fail "TOKEN_REVIEWER_JWT is not set"
        printf '%s' "$TOKEN_REVIEWER_JWT" | vault write auth/kubernetes/config kubernetes_host="$KUBERNETES_HOST" \
            kubernetes_ca_cert=@"$KUBERNETES_CA_CERT" token_reviewer_jwt=- disable_local_ca_jwt=true
    else
        vault write auth/kubernetes/config kubernetes_host="https://kubernetes.default.svc"
    fi
    vault write auth/kubernetes/role/rowhouse \
        bound_service_account_namespaces="$2" bound_service_account_names="$3" audience=vault \
        token_policies=rowhouse "$periodic"
    ;;
approle)
    policy
    enabled auth approle || vault auth enable approle
    vault write auth/approle/role/rowhouse token_policies=rowhouse "$periodic"
    ;;
shard)
    [ $# -eq 6 ] || fail "shard NAME HOST PORT DATABASE LANES"
    name=$2 host=$3 port=$4 database=$5 lanes=$6
    case "$lanes" in '' | *[!0-9]*) fail "LANES is '$lanes' (expected: a number)" ;; esac
    case "$database" in *[!a-zA-Z0-9_-]*) fail "DATABASE is '$database' (expected: of a-z, A-Z, 0-9, '_', '-')" ;; esac
    enabled secrets database || vault secrets enable database
    if [ -n "${ROWHOUSE_VAULT_PASSWORD:-}" ]; then
        # From standard input, so that the password is in no list of processes.
        printf '%s' "$ROWHOUSE_VAULT_PASSWORD" | vault write "database/config/$name" \
            plugin_name=postgresql-database-plugin allowed_roles="$name-lane-*" \
            connection_url="postgresql://{{username}}:{{password}}@$host:$port/$database?sslmode=${SSLMODE:-verify-full}" \
            username=rowhouse_vault password=- password_authentication=scram-sha-256 \
            username_template='rowhouse_lane_{{ .RoleName | replace "-" "_" | truncate 24 }}_{{ random 20 | lowercase }}'
    else
        vault read "database/config/$name" >/dev/null || fail "ROWHOUSE_VAULT_PASSWORD is not set"
    fi
    [ "${ROWHOUSE_VAULT_ROTATE:-no}" != yes ] || vault write -force "database/rotate-root/$name"
    lane=1
    while [ "$lane" -le "$lanes" ]; do
        vault write "database/roles/$name-lane-$lane" db_name="$name" \
            default_ttl="${TTL:-1h}" max_ttl="${MAX_TTL:-24h}" \
            creation_statements="$(sed "s/@LANE@/$lane/; s/@DATABASE@/$database/" "$here/lane-create.sql")" \
            revocation_statements="$(sed "s/@LANE@/$lane/; s/@DATABASE@/$database/" "$here/lane-revoke.sql")"
        lane=$((lane + 1))
    done
    ;;
sealing)
    policy
    enabled secrets transit || vault secrets enable transit
    vault read transit/keys/rowhouse >/dev/null 2>&1 || vault write transit/keys/rowhouse type=aes256-gcm96
    ;;
certificates)
    [ $# -eq 2 ] || fail "certificates DOMAIN"
    policy
    enabled secrets pki || vault secrets enable -max-lease-ttl=87600h pki
    # A root of its own, unless an authority is there already: in earnest, an intermediate of the house's own root.
    vault list pki/issuers >/dev/null 2>&1 ||
        vault write -field=certificate pki/root/generate/internal common_name="Rowhouse" ttl=87600h key_type=ec key_bits=256
    vault write pki/roles/rowhouse allowed_domains="$2" allow_bare_domains=true allow_subdomains=true \
        key_type=ec key_bits=256 max_ttl="${MAX_TTL:-168h}" no_store=true
    ;;
*) fail "kubernetes, approle, shard, sealing or certificates" ;;
esac
