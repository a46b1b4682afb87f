package dev.rowhouse.local.street;

import dev.rowhouse.tenancy.directory.TenantKeys;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The last thing that the start shows: where everything is, and five lines to paste. */
final class StreetBanner {

    private StreetBanner() {}

    static String text(
            StreetClient client,
            int managementPort,
            StreetSecrets secrets,
            Map<String, TenantKeys> keys,
            Duration elapsed) {
        var acme = keys.get("acme");
        var globex = keys.get("globex");
        return String.format(Locale.ROOT, """

                        The street is up after %.1f s.   Ctrl-C stops it; the data stays.

                          admin API   {base}/admin/v1
                                      operator token  {token}
                          metrics     http://localhost:{management}/actuator/prometheus
                          acme        {base}/t/acme  (on shard-1), shown at {base}/t/acme/docs
                                      publishable key {acmePublishable}
                                      secret key      {acmeSecret}
                          globex      {base}/t/globex  (on shard-2)
                                      publishable key {globexPublishable}
                                      secret key      {globexSecret}

                        Onboard a third tenant:
                        curl -sX POST {base}/admin/v1/tenants -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -H 'Prefer: wait=10' -d '{"slug": "initech", "name": "Initech"}'

                        Read as acme, filtered:
                        curl -s '{base}/t/acme/rest/v1/track?select=name,composer,milliseconds&composer=ilike.*young*&milliseconds=gt.300000&order=name&limit=5' -H 'apikey: {acmeSecret}'

                        Insert as acme:
                        curl -sX POST {base}/t/acme/rest/v1/playlist -H 'apikey: {acmeSecret}' -H 'Content-Type: application/json' -H 'Prefer: return=representation' -d "{\\"playlist_id\\": $(date +%%s), \\"name\\": \\"Polka\\"}"

                        Be refused at globex with the key of acme:
                        curl -si '{base}/t/globex/rest/v1/track?limit=1' -H 'apikey: {acmeSecret}'

                        Load 100,000 rows as globex:
                        S=$((RANDOM * 60000 + 1000000)); seq $S $((S + 99999)) | sed 's/.*/{"artist_id": &, "name": "Artist &"}/' | curl -sX POST -T - {base}/t/globex/rest/v1/artist -H 'apikey: {globexSecret}' -H 'Content-Type: application/x-ndjson' -w '%%{http_code} after %%{time_total} s\\n'
                        """, elapsed.toMillis() / 1000.0)
                .replace("{base}", client.base())
                .replace("{management}", Integer.toString(managementPort))
                .replace("{token}", secrets.operatorToken())
                .replace("{acmePublishable}", acme.publishable())
                .replace("{acmeSecret}", acme.secret())
                .replace("{globexPublishable}", globex.publishable())
                .replace("{globexSecret}", globex.secret());
    }
}
