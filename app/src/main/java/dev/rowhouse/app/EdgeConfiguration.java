package dev.rowhouse.app;

import dev.rowhouse.app.admin.AdminRoutes;
import dev.rowhouse.app.admin.BaseUrls;
import dev.rowhouse.app.admin.BlueprintHandlers;
import dev.rowhouse.app.admin.OperationHandlers;
import dev.rowhouse.app.admin.OperatorProperties;
import dev.rowhouse.app.admin.OperatorTokens;
import dev.rowhouse.app.admin.ShardHandlers;
import dev.rowhouse.app.admin.TenantHandlers;
import dev.rowhouse.app.data.Cursors;
import dev.rowhouse.app.data.DataHandler;
import dev.rowhouse.app.data.DataMapping;
import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.app.data.TransactionHandler;
import dev.rowhouse.app.edge.CorsFilter;
import dev.rowhouse.app.edge.LimitsFilter;
import dev.rowhouse.app.edge.NettyLimits;
import dev.rowhouse.app.edge.TraceFilter;
import dev.rowhouse.app.fields.FieldsHandler;
import dev.rowhouse.app.fields.FieldsMapping;
import dev.rowhouse.app.openapi.DocsPage;
import dev.rowhouse.app.openapi.DocumentHandler;
import dev.rowhouse.app.openapi.Documents;
import dev.rowhouse.app.openapi.OpenApiMapping;
import dev.rowhouse.app.problem.ProblemRenderer;
import dev.rowhouse.tenancy.blueprint.Blueprints;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.fields.Fields;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.onboarding.Onboarding;
import dev.rowhouse.tenancy.operation.Operations;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.token.UserTokens;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Wires what stands between HTTP and tenancy: edge, problems, admin API, data API. */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

    @Bean
    TraceFilter traceFilter() {
        return new TraceFilter();
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
    NettyLimits nettyLimits(ProblemRenderer renderer) {
        return new NettyLimits(renderer);
    }

    @Bean
    ProblemRenderer problemRenderer(JsonMapper json) {
        return new ProblemRenderer(json);
    }

    @Bean
    TenantGate tenantGate(Residents residents, PlanProperties plans, LaneProperties lanes) {
        return new TenantGate(residents, new UserTokens(Clock.systemUTC()), plans.plans(lanes.settings()));
    }

    @Bean
    DataMapping dataMapping(InstallationProperties installation, TenantGate gate, TenantDatabase database) {
        var cursors = new Cursors(installation.secret());
        return new DataMapping(
                new DataHandler(gate, database, cursors),
                new TransactionHandler(gate, database, cursors),
                installation.baseDomain());
    }

    @Bean
    FieldsMapping fieldsMapping(InstallationProperties installation, TenantGate gate, Fields fields) {
        return new FieldsMapping(new FieldsHandler(gate, fields), installation.baseDomain());
    }

    @Bean
    OpenApiMapping openApiMapping(InstallationProperties installation, TenantGate gate, TenantDatabase database) {
        var documents = new Documents(database, new BaseUrls(installation.publicUrl()));
        return new OpenApiMapping(new DocumentHandler(gate, documents), new DocsPage(), installation.baseDomain());
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
            Blueprints blueprints) {
        return new AdminRoutes(
                        new OperatorTokens(operators),
                        new TenantHandlers(tenants, onboarding, operations, new BaseUrls(installation.publicUrl())),
                        new OperationHandlers(operations, lifeOperations),
                        new ShardHandlers(shards),
                        new BlueprintHandlers(blueprints))
                .routerFunction();
    }
}
