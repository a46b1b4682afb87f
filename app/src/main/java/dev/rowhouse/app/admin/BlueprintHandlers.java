package dev.rowhouse.app.admin;

import dev.rowhouse.app.admin.Views.PublishedView;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.blueprint.PublishedBlueprint;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Blueprints: what is published, and publishing. */
public final class BlueprintHandlers {

    // No part waits for another, and a bad one is told after the last: none is left over.
    private static final int ONE_BY_ONE = 0;

    private final Blueprints blueprints;

    public BlueprintHandlers(Blueprints blueprints) {
        this.blueprints = blueprints;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        return blueprints
                .list()
                .map(PublishedView::of)
                .collectList()
                .flatMap(versions -> ServerResponse.ok().bodyValue(new Requests.Page<>(versions, null)));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        var version = Requests.blueprintVersion(request);
        return blueprints
                .find(version)
                .switchIfEmpty(Mono.error(() -> Requests.unknown("blueprint " + version + " does not exist")))
                .flatMap(published -> ServerResponse.ok().bodyValue(PublishedView.of(published)));
    }

    Mono<ServerResponse> publish(ServerRequest request, Operator operator) {
        var version = Requests.blueprintVersion(request);
        return script(request)
                .flatMap(script -> blueprints
                        .find(version)
                        .hasElement()
                        .flatMap(existed -> blueprints
                                .publish(version, script, operator.actor())
                                .flatMap(published -> existed ? ok(published) : created(version, published))));
    }

    private static Mono<ServerResponse> ok(PublishedBlueprint published) {
        return ServerResponse.ok().bodyValue(PublishedView.of(published));
    }

    private static Mono<ServerResponse> created(BlueprintVersion version, PublishedBlueprint published) {
        var location = "/admin/v1/blueprints/" + version.name() + "/versions/" + version.version();
        return ServerResponse.created(URI.create(location)).bodyValue(PublishedView.of(published));
    }

    private static Mono<BlueprintScript> script(ServerRequest request) {
        var type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        var files = MediaType.MULTIPART_FORM_DATA.equalsTypeAndSubtype(type)
                ? request.body(BodyExtractors.toParts())
                        .concatMapDelayError(BlueprintHandlers::taken, ONE_BY_ONE)
                        .collectList()
                        .onErrorMap(DecodingException.class, _ -> unreadable())
                : Requests.json(request).map(BlueprintHandlers::files);
        return files.map(BlueprintHandlers::named).map(BlueprintScript::new);
    }

    private static List<SqlFile> files(byte[] body) {
        return Members.listOf(body, List.of("name", "text")).stream()
                .map(file -> new SqlFile(file.requiredText("name"), file.requiredText("text")))
                .toList();
    }

    // A large part lies in a file, which nobody else deletes.
    private static Mono<SqlFile> taken(Part received) {
        return Mono.usingWhen(Mono.just(received), BlueprintHandlers::file, Part::delete);
    }

    private static Mono<SqlFile> file(Part part) {
        var name = part instanceof FilePart file ? file.filename() : part.name();
        return DataBufferUtils.join(part.content())
                .map(content -> text(name, content))
                .defaultIfEmpty("")
                .map(text -> new SqlFile(name, text));
    }

    private static Problem unreadable() {
        return Problem.of(ProblemType.INVALID_REQUEST, "the multipart body cannot be read")
                .withHint("boundary as in Content-Type, at most 256 files");
    }

    private static String text(String name, DataBuffer content) {
        var bytes = new byte[content.readableByteCount()];
        content.read(bytes);
        DataBufferUtils.release(content);
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // answered below
        }
        throw Problem.of(ProblemType.INVALID_VALUE, "file '" + name + "' is no text in UTF-8")
                .with("file", name);
    }

    // An error names its file, so each has a name of its own.
    private static List<SqlFile> named(List<SqlFile> files) {
        if (files.isEmpty()) {
            throw Problem.of(ProblemType.INVALID_VALUE, "a blueprint has at least one SQL file");
        }
        var names = new HashSet<String>();
        for (var file : files) {
            if (file.name().isBlank() || file.name().indexOf('\0') >= 0 || !names.add(file.name())) {
                throw Problem.of(
                                ProblemType.INVALID_VALUE,
                                "file name '" + file.name() + "' (expected: a name that no other file has)")
                        .with("file", file.name());
            }
        }
        return files;
    }
}
