package dev.rowhouse.app;

import dev.rowhouse.app.admin.AdminRoutes;
import dev.rowhouse.app.admin.BaseUrls;
import dev.rowhouse.app.admin.BlueprintHandlers;
import dev.rowhouse.app.admin.ChaosHandlers;
import dev.rowhouse.app.admin.DeadLetterHandlers;
import dev.rowhouse.app.admin.FaultInjector;
import dev.rowhouse.app.admin.InsightHandlers;
import dev.rowhouse.app.admin.OperationHandlers;
import dev.rowhouse.app.admin.OperatorProperties;
import dev.rowhouse.app.admin.OperatorTokens;
import dev.rowhouse.app.admin.RecordingHandlers;
import dev.rowhouse.app.admin.ShardHandlers;
import dev.rowhouse.app.admin.TenantHandlers;
import dev.rowhouse.app.admin.UsageHandlers;
import dev.rowhouse.app.data.AnswerCache;
import dev.rowhouse.app.data.Cursors;
import dev.rowhouse.app.data.DataHandler;
import dev.rowhouse.app.data.DataMapping;
import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.app.data.TransactionHandler;
import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.app.edge.AnswersAgain;
import dev.rowhouse.app.edge.CorsFilter;
import dev.rowhouse.app.edge.LastAnswers;
import dev.rowhouse.app.edge.LimitsFilter;
import dev.rowhouse.app.edge.NettyLimits;
import dev.rowhouse.app.edge.RecentAnswers;
import dev.rowhouse.app.edge.RecentRefusals;
import dev.rowhouse.app.edge.TraceFilter;
import dev.rowhouse.app.fields.FieldsHandler;
import dev.rowhouse.app.fields.FieldsMapping;
import dev.rowhouse.app.openapi.DocumentHandler;
import dev.rowhouse.app.openapi.Documents;
import dev.rowhouse.app.openapi.OpenApiMapping;
import dev.rowhouse.app.problem.ProblemRenderer;
import dev.rowhouse.app.telemetry.EndedRequests;
import dev.rowhouse.platform.messaging.DeadLetters;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.fields.Fields;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.onboarding.Onboarding;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.Operations;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.token.UserTokens;
import dev.rowhouse.tenancy.usage.Projections;
import dev.rowhouse.tenancy.usage.Usage;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** Wires what stands between HTTP and tenancy: edge, problems, admin API, data API. */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

    private static final int FEWEST_LOOPS = 2;

    /**
     * The event loops of the server and of the lanes' connections, one for each core: a request whose connection lives on its
     * own loop needs no second thread, and more loops would only part requests from connections.
     */
    @Bean(destroyMethod = "dispose")
    LoopResources eventLoops() {
        var loops = Math.max(FEWEST_LOOPS, Runtime.getRuntime().availableProcessors());
        return LoopResources.create("rowhouse", 1, loops, true, true);
    }

    @Bean
    ReactorResourceFactory reactorResources(LoopResources eventLoops) {
        var resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResources(eventLoops);
        return resources;
    }

    @Bean
    TraceFilter traceFilter(Tracing tracing) {
        return new TraceFilter(tracing);
    }

    @Bean
    LimitsFilter limitsFilter() {
        return new LimitsFilter();
    }

    @Bean
    CorsFilter corsFilter(CorsProperties cors, InstallationProperties installation) {
        return new CorsFilter(cors.allowedOrigins(), installation.baseDomain());
    }

    @Bean
    RecentRefusals recentRefusals() {
        return new RecentRefusals();
    }

    @Bean
    RecentAnswers recentAnswers() {
        return new RecentAnswers();
    }

    @Bean
    AnswersAgain answersAgain(RecentAnswers recent, TraceFilter traces, LastAnswers last, EndedRequests ended) {
        return new AnswersAgain(recent, traces, last, ended);
    }

    @Bean
    NettyLimits nettyLimits(RecentRefusals refusals, AnswersAgain answers, ProblemRenderer renderer) {
        return new NettyLimits(refusals, answers::of, renderer);
    }

    @Bean
    ProblemRenderer problemRenderer(JsonMapper json) {
        return new ProblemRenderer(json);
    }

    @Bean
    TenantGate tenantGate(Residents residents, Plans plans) {
        return new TenantGate(residents, new UserTokens(Clock.systemUTC()), plans);
    }

    @Bean
    DataMapping dataMapping(
            InstallationProperties installation,
            TenantGate gate,
            Turnstile turnstile,
            TenantDatabase database,
            AnswerCache cache,
            RecentAnswers recent) {
        var cursors = new Cursors(installation.secret());
        return new DataMapping(
                new DataHandler(gate, turnstile, database, cursors, cache, recent),
                new TransactionHandler(turnstile, database, cursors),
                installation.baseDomain());
    }

    @Bean
    FieldsMapping fieldsMapping(InstallationProperties installation, Turnstile turnstile, Fields fields) {
        return new FieldsMapping(new FieldsHandler(turnstile, fields), installation.baseDomain());
    }

    @Bean
    OpenApiMapping openApiMapping(InstallationProperties installation, Turnstile turnstile, TenantDatabase database) {
        var documents = new Documents(database, new BaseUrls(installation.publicUrl()));
        return new OpenApiMapping(new DocumentHandler(turnstile, documents), installation.baseDomain());
    }

    /** Where the local run brings what it can break; no other installation has it, whatever it brings. */
    @Bean
    @Profile("local")
    @ConditionalOnBean(FaultInjector.class)
    ChaosHandlers chaosHandlers(FaultInjector faults) {
        return new ChaosHandlers(faults);
    }

    @Bean
    RouterFunction<ServerResponse> adminRoutes(
            OperatorProperties operators,
            InstallationProperties installation,
            Tenants tenants,
            Onboarding onboarding,
            Operations operations,
            LifeOperations lifeOperations,
            ShardRegistry shards,
            Blueprints blueprints,
            DeadLetters deadLetters,
            Usage usage,
            Projections projections,
            OperationRunner runner,
            InsightHandlers insights,
            RecordingHandlers recordings,
            ObjectProvider<ChaosHandlers> chaos) {
        return new AdminRoutes(
                        new OperatorTokens(operators),
                        new TenantHandlers(
                                tenants, onboarding, operations, usage, new BaseUrls(installation.publicUrl())),
                        new OperationHandlers(operations, lifeOperations),
                        new ShardHandlers(shards),
                        new BlueprintHandlers(blueprints),
                        new DeadLetterHandlers(deadLetters),
                        new UsageHandlers(usage, tenants, projections, runner),
                        insights,
                        recordings,
                        chaos.getIfAvailable())
                .routerFunction();
    }
}
