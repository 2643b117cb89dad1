package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.AugmentationStep;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of the data of a job: each source by itself, train against test, both against the model. */
final class DataRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LESS_THAN_SIDE = AdversarialTrainingJobSpec.SIDE_MESSAGE + ", ";
    private static final String TRAIN = "spec.data.train";
    private static final String TEST = "spec.data.test";

    private final Place place;
    private final List<FieldError> errors = new ArrayList<>();

    private DataRules(Place place) {
        this.place = place;
    }

    /** @param data without test in the part of a run spec that training sees */
    static List<FieldError> check(DataSpec data, ModelSpec model, Place place) {
        DataRules rules = new DataRules(place);
        rules.source(data.train(), TRAIN);
        if (data.test() != null) {
            rules.source(data.test(), TEST);
            rules.disjoint(data.train(), data.test());
        }
        rules.validationFraction(data);
        rules.digitsFit(data, model);
        rules.imagesFit(data, model);
        rules.augmentation(data.augmentation(), model.inputShape());
        rules.require(data.train().csv() == null || data.augmentation() == null || data.augmentation().isEmpty(), "spec.data.augmentation",
                data.augmentation(), DataSpec.CSV_AUGMENTATION_MESSAGE);
        return rules.errors;
    }

    /** @param path of what has the uri and, maybe, the Secret */
    static List<FieldError> location(String uri, SecretReference secret, String path, Place place) {
        DataRules rules = new DataRules(place);
        rules.location(uri, secret, path);
        return rules.errors;
    }

    private void source(DataSource source, String path) {
        int formats = JSON.valueToTree(source).size() - (source.limit() == null ? 0 : 1);
        require(formats == 1, path, source, DataSource.UNION_MESSAGE);
        DataSource.ImageFolder folder = source.imageFolder();
        require(folder == null || !folder.uri().startsWith("https:") || isArchive(folder.uri()), path + ".imageFolder.uri",
                folder == null ? null : folder.uri(), DataSource.ImageFolder.ARCHIVE_MESSAGE);
        DataLocations.of(source).forEach((field, location) -> location(location.uri(), location.secretRef(), path + "." + field));
    }

    /** By its name, without a query. */
    private static boolean isArchive(String uri) {
        String name = uri.replaceFirst("\\?.*", "").toLowerCase(Locale.ROOT);
        return Stream.of(".zip", ".tar", ".tar.gz", ".tgz").anyMatch(name::endsWith);
    }

    private void location(String uri, SecretReference secret, String path) {
        require(place == Place.LAPTOP || !uri.startsWith("file:"), path + ".uri", uri, Location.NO_FILE_MESSAGE);
        require(!List.of(uri.split("/")).contains(".."), path + ".uri", uri, Location.NO_PARENT_MESSAGE);
        boolean s3 = uri.startsWith("s3:");
        // A person's own machine has credentials of its own.
        require(secret == null ? !s3 || place == Place.LAPTOP : s3, path + ".secretRef", secret, SecretReference.MESSAGE);
    }

    private void disjoint(DataSource train, DataSource test) {
        if (train.idx() != null && test.idx() != null) {
            Location images = test.idx().images();
            require(!train.idx().images().uri().equals(images.uri()), TEST + ".idx.images.uri", images.uri(), DataSpec.SAME_URI_MESSAGE);
            require(images.sha256() == null || !images.sha256().equals(train.idx().images().sha256()),
                    TEST + ".idx.images.sha256", images.sha256(), DataSpec.SAME_DIGEST_MESSAGE);
        }
        if (train.cifarBinary() != null && test.cifarBinary() != null) {
            apart(train.cifarBinary().files(), test.cifarBinary().files(), Location::uri, DataSpec.SAME_URI_MESSAGE);
            apart(train.cifarBinary().files(), test.cifarBinary().files(), Location::sha256, DataSpec.SAME_DIGEST_MESSAGE);
        }
        if (train.imageFolder() != null && test.imageFolder() != null) {
            DataSource.ImageFolder folder = test.imageFolder();
            require(!train.imageFolder().uri().equals(folder.uri()), TEST + ".imageFolder.uri", folder.uri(), DataSpec.SAME_URI_MESSAGE);
            require(folder.sha256() == null || !folder.sha256().equals(train.imageFolder().sha256()), TEST + ".imageFolder.sha256",
                    folder.sha256(), DataSpec.SAME_DIGEST_MESSAGE);
        }
        if (train.npz() != null && test.npz() != null) {
            DataSource.Npz npz = test.npz();
            boolean sameFile = npz.uri().equals(train.npz().uri()) || npz.sha256() != null && npz.sha256().equals(train.npz().sha256());
            require(!sameFile || !inputs(npz).equals(inputs(train.npz())), TEST + ".npz.inputs", inputs(npz), DataSpec.SAME_ARRAY_MESSAGE);
        }
        if (train.csv() != null && test.csv() != null) {
            DataSource.Csv csv = test.csv();
            require(!train.csv().uri().equals(csv.uri()), TEST + ".csv.uri", csv.uri(), DataSpec.SAME_URI_MESSAGE);
            require(csv.sha256() == null || !csv.sha256().equals(train.csv().sha256()), TEST + ".csv.sha256", csv.sha256(), DataSpec.SAME_DIGEST_MESSAGE);
        }
        if (train.builtinDigits() != null && test.builtinDigits() != null) {
            Long seed = test.builtinDigits().seed();
            require(!Objects.equals(train.builtinDigits().seed(), seed), TEST + ".builtinDigits.seed", seed, DataSpec.SAME_SEED_MESSAGE);
        }
    }

    private static String inputs(DataSource.Npz npz) {
        return npz.inputs() == null ? DataSource.Npz.INPUTS : npz.inputs();
    }

    private void apart(List<Location> train, List<Location> test, Function<Location, String> what, String message) {
        Set<String> known = train.stream().map(what).filter(Objects::nonNull).collect(Collectors.toSet());
        require(test.stream().map(what).noneMatch(known::contains), TEST + ".cifarBinary.files", test, message);
    }

    private void validationFraction(DataSpec data) {
        if (data.validationFraction() == null) {
            return;
        }
        double fraction = Double.parseDouble(data.validationFraction());
        String path = "spec.data.validationFraction";
        require(fraction > 0 && fraction <= 0.5, path, data.validationFraction(), DataSpec.FRACTION_MESSAGE);
        Integer size = Defaults.knownSize(data.train());
        require(size == null || fraction <= 0 || size * fraction >= 1, path, data.validationFraction(),
                DataSpec.NONE_HELD_MESSAGE + ", which are " + size);
    }

    private void digitsFit(DataSpec data, ModelSpec model) {
        boolean digits = data.train().builtinDigits() != null || data.test() != null && data.test().builtinDigits() != null;
        if (model.inputShape() == null || !digits) {
            return;
        }
        String path = "spec.model." + (model.builtin() != null ? "builtin" : "torchScript");
        require(model.inputShape().equals(List.of(1, 28, 28)), path + ".inputShape", model.inputShape(),
                AdversarialTrainingJobSpec.DIGITS_SHAPE_MESSAGE);
        require(model.classes() >= 10, path + ".classes", model.classes(), AdversarialTrainingJobSpec.DIGITS_CLASSES_MESSAGE);
    }

    private void imagesFit(DataSpec data, ModelSpec model) {
        boolean images = data.train().imageFolder() != null || data.test() != null && data.test().imageFolder() != null;
        List<Integer> shape = model.inputShape();
        require(!images || shape == null || shape.size() == 3 && (shape.getFirst() == 1 || shape.getFirst() == 3),
                "spec.model." + (model.builtin() != null ? "builtin" : "torchScript") + ".inputShape", shape,
                AdversarialTrainingJobSpec.IMAGES_MESSAGE);
    }

    /** @param shape of an input; null while the model is not known */
    private void augmentation(List<AugmentationStep> steps, List<Integer> shape) {
        if (steps == null) {
            return;
        }
        String path = "spec.data.augmentation";
        for (int i = 0; i < steps.size(); i++) {
            require(JSON.valueToTree(steps.get(i)).size() == 1, path + "[" + i + "]", steps.get(i), AugmentationStep.UNION_MESSAGE);
        }
        if (shape == null || steps.isEmpty()) {
            return;
        }
        if (shape.size() != 3) {
            require(false, path, steps, AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE);
            return;
        }
        int side = Math.min(shape.get(1), shape.get(2));
        for (int i = 0; i < steps.size(); i++) {
            AugmentationStep step = steps.get(i);
            Integer padding = step.randomCrop() == null ? null : step.randomCrop().padding();
            Integer size = step.cutout() == null ? null : step.cutout().size();
            require(padding == null || padding < side, path + "[" + i + "].randomCrop.padding", padding, LESS_THAN_SIDE + side);
            require(size == null || size < side, path + "[" + i + "].cutout.size", size, LESS_THAN_SIDE + side);
        }
    }

    private void require(boolean holds, String path, Object value, String expected) {
        if (!holds) {
            errors.add(new FieldError(path, FieldError.shown(JSON.valueToTree(value)), expected));
        }
    }
}
