package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.TenantLife;
import dev.rowhouse.tenancy.operation.Saga;
import java.util.List;

/** The steps that bring a tenant into a house. */
public final class OnboardingSaga {

    static final String TYPE = "onboard";
    static final Actor ITSELF = new Actor("system:onboarding");

    private OnboardingSaga() {}

    public static Saga of(
            Database database, ShardRegistry registry, HouseSupply supply, Placement placement, Residents residents) {
        var life = new TenantLife(database);
        return new Saga(
                TYPE,
                List.of(
                        new ReserveStep(life),
                        new PlaceStep(database, new Fleet(database, registry, placement)),
                        new HouseStep(new Houses(database), registry, supply, new LaneDeck()),
                        new ActivateStep(life)),
                run -> residents.refresh(run.slug()));
    }
}
