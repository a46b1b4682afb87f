package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Preferences.Lock;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.shard.Statement;

/** Writes the statement that locks the rows a read is about to answer with; what is embedded in them stays free. */
public final class LockSql {

    private LockSql() {}

    /** @param wait false to fail at once where another has the lock */
    public static Statement lock(ReadPlan plan, Lock lock, boolean wait, SchemaName schema) {
        if (plan.rows().grouped()) {
            throw QueryError.malformed("PGRST100", "rows that are grouped cannot be locked", "preference 'lock'");
        }
        var text = new SqlText(schema).words("SELECT");
        Level.outermost(plan.rows(), text).rest();
        return text.words(words(lock))
                .words(" OF " + Scope.ROW)
                .words(wait ? "" : " NOWAIT")
                .statement();
    }

    private static String words(Lock lock) {
        return switch (lock) {
            case UPDATE -> " FOR UPDATE";
            case NO_KEY_UPDATE -> " FOR NO KEY UPDATE";
            case SHARE -> " FOR SHARE";
            case KEY_SHARE -> " FOR KEY SHARE";
        };
    }
}
