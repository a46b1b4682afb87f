package dev.rowhouse.app.data;

import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.SqlStates;
import dev.rowhouse.tenancy.shard.ShardError;
import java.util.regex.Pattern;

/** Says of a row that COPY refused where it stands in the client's body. */
final class CopyProblems {

    // bad_copy_file_format: what else it can mean is found before.
    private static final String WRONG_NUMBER_OF_VALUES = "22P04";

    private static final Pattern PLACE =
            Pattern.compile("COPY .*?, line (\\d+)(?:, column ([^:]+))?.*", Pattern.DOTALL);

    private CopyProblems() {}

    static Problem of(ShardError.Refused refused, CopyFormat format) {
        var answer = SqlStates.answer(refused);
        var problem = refused.sqlState().equals(WRONG_NUMBER_OF_VALUES)
                ? Problem.of(answer.type(), "All lines must have same number of fields")
                        .withCode("PGRST102")
                        .withDetails(refused.text())
                : answer;
        var place = PLACE.matcher(refused.where() == null ? "" : refused.where());
        if (!place.matches()) {
            return problem;
        }
        var number = Long.parseLong(place.group(1));
        var row = switch (format) {
            case CSV -> problem.with("line", number + 1); // its header was taken off
            case TEXT -> problem.with("row", number - 1); // lines without a row are skipped
        };
        return place.group(2) == null ? row : row.with("column", place.group(2));
    }
}
