package dev.rowhouse.tenancy.house;

import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import java.util.List;

/**
 * Where a house is to stand.
 *
 * @param lanes whose login roles may act as the house's roles
 * @param sign what the finished house's schema carries as its comment
 */
record Plot(HouseId id, List<Integer> lanes, String sign) {

    static Plot of(House house) {
        return new Plot(house.id(), house.lanes(), house.blueprint().toString());
    }
}
