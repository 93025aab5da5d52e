package dev.sigillo.reconcile;

import dev.sigillo.arm.NodeImages;
import dev.sigillo.image.ImageCatalog;
import dev.sigillo.image.NodeImage;
import java.util.Optional;

/** The node images there are. */
public interface Images {

    /** By either name that pools have for it (see {@link NodeImages}); what is found is called as it was asked for. */
    Optional<NodeImage> find(String version);

    /** The one built last of those with that Kubernetes. */
    Optional<NodeImage> latest(String kubernetes);

    /** Those of a catalogue. */
    static Images of(ImageCatalog catalog) {
        return new Images() {
            @Override
            public Optional<NodeImage> find(String version) {
                return catalog.find(NodeImages.built(version)).map(image -> image.named(version));
            }

            @Override
            public Optional<NodeImage> latest(String kubernetes) {
                return catalog.latest(kubernetes);
            }
        };
    }
}
