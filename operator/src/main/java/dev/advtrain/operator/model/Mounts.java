package dev.advtrain.operator.model;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.resolve.StorageUri;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a pod needs to reach some locations.
 *
 * @param claims PersistentVolumeClaims
 * @param secrets Secrets with the keys of object storage
 */
public record Mounts(SortedSet<String> claims, SortedSet<String> secrets) {

    static Mounts of(List<Location> locations) {
        return locations.stream().map(location -> of(location.uri(), location.secretRef())).reduce(none(), Mounts::and);
    }

    /** @param secret null where the location needs none */
    static Mounts of(String uri, SecretReference secret) {
        Mounts mounts = none();
        switch (StorageUri.parse(uri)) {
            case StorageUri.Pvc(String claim, String path) -> mounts.claims.add(claim);
            case StorageUri.S3 object -> mounts.secrets.add(secret.name());
            case StorageUri.Https https -> { }
            case StorageUri.File file -> throw new IllegalStateException("a resolved run has no " + uri);
        }
        return mounts;
    }

    static Mounts none() {
        return new Mounts(new TreeSet<>(), new TreeSet<>());
    }

    Mounts and(Mounts other) {
        Mounts both = none();
        both.claims.addAll(claims);
        both.claims.addAll(other.claims);
        both.secrets.addAll(secrets);
        both.secrets.addAll(other.secrets);
        return both;
    }
}
