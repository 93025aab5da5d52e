package dev.sigillo.reconcile;

import dev.sigillo.image.ImageCatalog;
import dev.sigillo.image.NodeImage;
import java.util.Optional;

/** The node images there are. */
public interface Images {

    Optional<NodeImage> find(String version);

    /** The one built last of those with that Kubernetes. */
    Optional<NodeImage> latest(String kubernetes);

    /** Those of a catalogue. */
    static Images of(ImageCatalog catalog) {
        return new Images() {
            @Override
            public Optional<NodeImage> find(String version) {
                return catalog.find(version);
            }

            @Override
            public Optional<NodeImage> latest(String kubernetes) {
                return catalog.latest(kubernetes);
            }
        };
    }
}
