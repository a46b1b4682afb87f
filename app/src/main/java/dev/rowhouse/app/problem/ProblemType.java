package dev.rowhouse.app.problem;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/** The catalogue of RFC 9457 types. Part of the API: add freely, never rename, never reuse. */
public enum ProblemType {
    AMBIGUOUS(HttpStatus.MULTIPLE_CHOICES, "The request fits more than one thing"),
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request is malformed"),
    INVALID_JSON(HttpStatus.BAD_REQUEST, "The body is not the JSON that is expected here"),
    INVALID_QUERY(HttpStatus.BAD_REQUEST, "The query is malformed"),
    VALUE_REFUSED(HttpStatus.BAD_REQUEST, "The database refused a value"),
    STATEMENT_REFUSED(HttpStatus.BAD_REQUEST, "The database refused the statement"),
    RAISED(HttpStatus.BAD_REQUEST, "A function of the tenant refused"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "A valid credential is required"),
    INSUFFICIENT_SCOPE(HttpStatus.FORBIDDEN, "The token's scope does not allow this"),
    PERMISSION_DENIED(HttpStatus.FORBIDDEN, "The caller may not do this"),
    TENANT_SUSPENDED(HttpStatus.FORBIDDEN, "The tenant is suspended"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
    TENANT_UNKNOWN(HttpStatus.NOT_FOUND, "No such tenant for this caller"),
    FIELD_UNKNOWN(HttpStatus.NOT_FOUND, "No such field"),
    RELATION_UNKNOWN(HttpStatus.NOT_FOUND, "No such relation or function"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No acceptable representation"),
    CONSTRAINT_VIOLATED(HttpStatus.CONFLICT, "A constraint stands against it"),
    SLUG_TAKEN(HttpStatus.CONFLICT, "The slug is taken"),
    WRONG_STATE(HttpStatus.CONFLICT, "The tenant's state does not allow it"),
    VERSION_TAKEN(HttpStatus.CONFLICT, "The version is published with other files"),
    FIELD_TAKEN(HttpStatus.CONFLICT, "The field exists with another definition"),
    SHARD_IN_USE(HttpStatus.CONFLICT, "The shard is in use"),
    NO_SHARD(HttpStatus.CONFLICT, "No shard is registered"),
    DEAD_LETTER_BEHIND(HttpStatus.CONFLICT, "Another dead letter has to go first"),
    NO_CONSUMER(HttpStatus.CONFLICT, "The consumer does not run here"),
    REBUILD_RUNNING(HttpStatus.CONFLICT, "The projection is being rebuilt"),
    FAULT_RUNNING(HttpStatus.CONFLICT, "The target has a fault already"),
    RECORDING_RUNNING(HttpStatus.CONFLICT, "This instance records already"),
    RECORDING_NOT_ENDED(HttpStatus.CONFLICT, "The recording has no file to give"),
    IDEMPOTENCY_RUNNING(HttpStatus.CONFLICT, "The first request with this Idempotency-Key is still running"),
    ANSWER_NOT_KEPT(HttpStatus.CONFLICT, "The request was carried out and its answer is not kept"),
    EVENTS_GONE(HttpStatus.GONE, "The events behind this id are no longer kept"),
    PRECONDITION_FAILED(HttpStatus.PRECONDITION_FAILED, "The row is not in the state that the request depends on"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The body is too large"),
    ANSWER_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The answer would be too large"),
    URL_TOO_LONG(HttpStatus.URI_TOO_LONG, "The URL is too long"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The media type is not understood here"),
    RANGE_NOT_SATISFIABLE(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "The range lies outside of the answer"),
    INVALID_VALUE(HttpStatus.UNPROCESSABLE_CONTENT, "A value breaks its rule"),
    NOT_PLACEABLE(HttpStatus.UNPROCESSABLE_CONTENT, "The tenant cannot be placed"),
    BLUEPRINT_REJECTED(HttpStatus.UNPROCESSABLE_CONTENT, "The blueprint is rejected"),
    NOT_EXTENSIBLE(HttpStatus.UNPROCESSABLE_CONTENT, "The relation takes no further field"),
    IDEMPOTENCY_CONFLICT(HttpStatus.UNPROCESSABLE_CONTENT, "The Idempotency-Key belongs to another request"),
    TOO_COSTLY(HttpStatus.UNPROCESSABLE_CONTENT, "The request would cost too much"),
    TOO_MANY_STREAMS(HttpStatus.TOO_MANY_REQUESTS, "The tenant has no further stream"),
    HEADERS_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large"),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    CONCURRENCY_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests at a time"),
    STATEMENT_TIME_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too much work for the database"),
    RESPONSE_MALFORMED(HttpStatus.INTERNAL_SERVER_ERROR, "A function asked for an answer that cannot be given"),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
    BLUEPRINT_FAILED(HttpStatus.INTERNAL_SERVER_ERROR, "The blueprint's own code failed"),
    SHARD_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The tenant's database is unavailable"),
    BUSY(HttpStatus.SERVICE_UNAVAILABLE, "The tenant's database is busy"),
    OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "The tenant's database is overloaded"),
    JOURNAL_FULL(HttpStatus.SERVICE_UNAVAILABLE, "The tenant's database takes no change at the moment"),
    TRANSACTION_CONFLICT(HttpStatus.SERVICE_UNAVAILABLE, "A concurrent transaction stood in the way"),
    CONTROL_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The control database is unavailable"),
    SECRETS_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "A key that is needed cannot be had"),
    STATEMENT_TIMEOUT(HttpStatus.GATEWAY_TIMEOUT, "The statement took too long");

    private final HttpStatus status;
    private final String title;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** Returns the reference that identifies the type, relative to the server. */
    public String uri() {
        return "/problems/" + code().replace('_', '-');
    }

    /** Returns the name as clients compare it, such as {@code tenant_suspended}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
