package dev.rowhouse.local;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Fails each test that blocks a thread of an event loop. Found through {@code META-INF/services} by every module that has
 * this on its test class path.
 */
public final class BlockHoundListener implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        BlockHound.install(rules ->
                // The kernel's random source is a file that never keeps a reader waiting; every login reads a nonce
                // from it. Jackson learns a type once in a process, whoever needs it meanwhile waits those
                // milliseconds.
                rules.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
                        .allowBlockingCallsInside(
                                "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer"));
    }
}
