package dev.rowhouse.app.data.body;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A form: one row, every value a text that PostgreSQL reads as its column's type. */
public final class FormBody {

    private FormBody() {}

    /** Returns the fields as a JSON object; of several with one name the last counts. */
    public static byte[] json(List<Map.Entry<String, String>> fields) {
        var members = new LinkedHashMap<String, String>();
        for (var field : fields) {
            members.put(field.getKey(), field.getValue());
        }
        var json = new ByteText(256);
        json.add('{');
        members.forEach((name, value) -> {
            json.add(json.length() == 1 ? ' ' : ',');
            JsonText.string(name, json);
            json.add(':');
            JsonText.string(value, json);
        });
        json.add('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
