package dev.rowhouse.local;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Fails each test that blocks a thread of an event loop. Found through {@code META-INF/services} by every module that has
 * this on its test class path.
 */
public final class BlockHoundListener implements LauncherSessionListener {

    private static final String BREAKER = "io.github.resilience4j.circuitbreaker.internal.CircuitBreakerStateMachine";
    private static final Logger log = LoggerFactory.getLogger(BlockHoundListener.class);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // Maven looks for the tests in a process of its own, in which none of them runs.
        if (System.getProperty("classworlds.conf") != null) {
            return;
        }
        BlockHound.install(rules ->
                // The kernel's random source is a file that never keeps a reader waiting; every login reads a nonce
                // from it. Jackson learns a type once in a process, whoever needs it meanwhile waits those
                // milliseconds. Netty's allocator, when threads compete for its arenas, frees one under a lock that is
                // held for as long as that takes. Lettuce counts who writes to a connection under a lock that is held
                // while the connection goes or comes back; who is thrown out of it leaves the count wrong for ever.
                // A native library is loaded once in a process. A breaker counts and changes its state under locks that
                // are held for no longer than that takes; so does a scheduler take a timer out of its queue.
                rules.allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
                        .allowBlockingCallsInside(
                                "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
                        .allowBlockingCallsInside("io.netty.util.internal.NativeLibraryLoader", "load")
                        .allowBlockingCallsInside("com.github.luben.zstd.util.Native", "load")
                        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
                        .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "incrementWriters")
                        .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "doExclusive")
                        .allowBlockingCallsInside(
                                "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                        .allowBlockingCallsInside(BREAKER, "tryAcquirePermission")
                        .allowBlockingCallsInside(BREAKER, "onSuccess")
                        .allowBlockingCallsInside(BREAKER, "onError")
                        .allowBlockingCallsInside(BREAKER, "releasePermission")
                        .blockingMethodCallback(BlockHoundListener::fail));
    }

    // Said as well as thrown: some libraries swallow what is thrown, or answer with it far from here.
    private static void fail(BlockingMethod method) {
        var failure = new BlockingOperationError(method);
        log.error("an event loop was blocked", failure);
        throw failure;
    }
}
