package dev.advtrain.crds;

import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.Patterns;
import dev.advtrain.api.v1alpha1.SecretReference;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.AugmentationStep;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import java.util.List;

/** The rules of the formats of data and of augmentation. */
final class DataTable {
    private static final String ONES = "\"" + "1".repeat(64) + "\"";
    private static final String TWOS = "\"" + "2".repeat(64) + "\"";

    private DataTable() {
    }

    static void addTo(Rules job) {
        cifarBinary(job);
        imageFolder(job);
        npz(job);
        csv(job);
        augmentation(job);
    }

    private static void cifarBinary(Rules job) {
        String train = "spec.data.train={cifarBinary: {files: [{uri: pvc://d/a.bin, sha256: \"" + "1".repeat(64) + "\"}, {uri: pvc://d/b.bin}]}}";
        List<String> cifar = List.of(train, "spec.data.test={cifarBinary: {files: [{uri: pvc://d/test.bin}], label: Fine}}");
        String files = "spec.data.test.cifarBinary.files";
        job.add(cifar, Rules.with(cifar, "spec.data.test.idx={images: {uri: pvc://d/a}, labels: {uri: pvc://d/b}}"), "spec.data.test",
                DataSource.UNION_MESSAGE, DataSource.UNION_MESSAGE);
        job.add(cifar, Rules.with(cifar, "-" + files), files, "Required value", "Required value");
        job.add(cifar, Rules.with(cifar, files + "=[]"), files, "should have at least 1 items", "must have at least 1 items");
        job.add(cifar, Rules.with(cifar, files + "=[" + "{uri: pvc://d/c.bin}, ".repeat(64) + "{uri: pvc://d/c.bin}]"), files, "must have at most 64 items",
                "must have at most 64 items");
        job.add(cifar, Rules.with(cifar, files + ".0.uri=file:///c.bin"), files + "[0].uri", Location.NO_FILE_MESSAGE, Location.NO_FILE_MESSAGE);
        job.add(Rules.with(cifar, "spec.data.test.cifarBinary.label=Coarse"), Rules.with(cifar, "spec.data.test.cifarBinary.label=Both"),
                "spec.data.test.cifarBinary.label", "Unsupported value", "\"Single\", \"Coarse\", \"Fine\"");
        job.add(cifar, Rules.with(cifar, files + "=[{uri: pvc://d/c.bin}, {uri: pvc://d/b.bin}]"), files, DataSpec.SAME_URI_MESSAGE,
                DataSpec.SAME_URI_MESSAGE);
        job.add(Rules.with(cifar, files + ".0.sha256=\"" + "2".repeat(64) + "\""), Rules.with(cifar, files + ".0.sha256=\"" + "1".repeat(64) + "\""), files,
                DataSpec.SAME_DIGEST_MESSAGE, DataSpec.SAME_DIGEST_MESSAGE);
    }

    private static void imageFolder(Rules job) {
        List<String> folders = List.of("spec.data.train={imageFolder: {uri: pvc://d/train.zip, sha256: " + ONES + "}}",
                "spec.data.test={imageFolder: {uri: pvc://d/test}}");
        String test = "spec.data.test.imageFolder";
        location(job, folders, test);
        job.add(folders, Rules.with(folders, test + ".uri=pvc://d/train.zip"), test + ".uri", DataSpec.SAME_URI_MESSAGE, DataSpec.SAME_URI_MESSAGE);
        job.add(Rules.with(folders, test + ".sha256=" + TWOS), Rules.with(folders, test + ".sha256=" + ONES), test + ".sha256",
                DataSpec.SAME_DIGEST_MESSAGE, DataSpec.SAME_DIGEST_MESSAGE);
        String shape = "spec.model.builtin.inputShape";
        List<String> plain = Rules.with(folders, "-spec.model.normalization");
        job.add(Rules.with(plain, shape + "=[3, 32, 32]"), Rules.with(plain, shape + "=[2, 32, 32]"), shape,
                AdversarialTrainingJobSpec.IMAGES_MESSAGE, AdversarialTrainingJobSpec.IMAGES_MESSAGE);
        List<String> mlp = Rules.with(Rules.with(Rules.with(plain, "-spec.model.builtin.batchNorm"), "spec.model.builtin.architecture=Mlp"),
                "spec.evaluation.attacks=[]");
        job.add(Rules.with(mlp, shape + "=[3, 8, 8]"), Rules.with(mlp, shape + "=[3]"), shape, AdversarialTrainingJobSpec.IMAGES_MESSAGE,
                AdversarialTrainingJobSpec.IMAGES_MESSAGE);
        for (String archive : List.of("a.zip", "a.tar", "A.TAR.GZ", "a.tgz", "a.zip?signature=b/c")) {
            job.add(Rules.with(folders, test + ".uri=https://host.example/" + archive), Rules.with(folders, test + ".uri=https://host.example/a?b=.zip"),
                    test + ".uri", DataSource.ImageFolder.ARCHIVE_MESSAGE, DataSource.ImageFolder.ARCHIVE_MESSAGE);
        }
        String own = "spec.model={torchScript: {uri: pvc://d/a.pt, classes: 10, inputShape: ";
        List<String> one = List.of(folders.getFirst(), "spec.evaluation.attacks=[]");
        for (String bad : List.of("[32, 32]", "[4, 32, 32]")) {
            job.add(Rules.with(one, own + "[3, 32, 32]}}"), Rules.with(one, own + bad + "}}"), "spec.model.torchScript.inputShape",
                    AdversarialTrainingJobSpec.IMAGES_MESSAGE, AdversarialTrainingJobSpec.IMAGES_MESSAGE);
        }
    }

    private static void npz(Rules job) {
        List<String> arrays = List.of("spec.data.train={npz: {uri: pvc://d/mnist.npz, sha256: " + ONES + ", inputs: x_train, labels: y_train}}",
                "spec.data.test={npz: {uri: pvc://d/mnist.npz}}");
        String test = "spec.data.test.npz";
        location(job, arrays, test);
        String same = test + "={uri: pvc://d/mnist.npz, inputs: x_train}";
        job.add(arrays, Rules.with(arrays, same), test + ".inputs", DataSpec.SAME_ARRAY_MESSAGE, DataSpec.SAME_ARRAY_MESSAGE);
        job.add(Rules.with(arrays, test + "={uri: pvc://d/b.npz, inputs: x_train, sha256: " + TWOS + "}"),
                Rules.with(arrays, test + "={uri: pvc://d/b.npz, inputs: x_train, sha256: " + ONES + "}"), test + ".inputs",
                DataSpec.SAME_ARRAY_MESSAGE, DataSpec.SAME_ARRAY_MESSAGE);
        // Without names both are x.
        job.add(Rules.with(arrays, "spec.data.train={npz: {uri: pvc://d/b.npz}}"), Rules.with(arrays, "spec.data.train={npz: {uri: pvc://d/mnist.npz}}"),
                test + ".inputs", DataSpec.SAME_ARRAY_MESSAGE, DataSpec.SAME_ARRAY_MESSAGE);
        job.add(arrays, Rules.with(arrays, test + ".labels=\"\""), test + ".labels", "should be at least 1 chars long", "must have at least 1 characters");
        job.add(arrays, Rules.with(arrays, test + ".inputs=" + "a".repeat(129)), test + ".inputs", "may not be more than 128 bytes",
                "must have at most 128 characters");
    }

    private static void csv(Rules job) {
        List<String> tables = List.of("spec.data.train={csv: {uri: pvc://d/train.csv, sha256: " + ONES + ", labelColumn: income}}",
                "spec.data.test={csv: {uri: pvc://d/test.csv.gz}}", "-spec.data.augmentation");
        String test = "spec.data.test.csv";
        location(job, tables, test);
        job.add(tables, Rules.with(tables, test + ".uri=pvc://d/train.csv"), test + ".uri", DataSpec.SAME_URI_MESSAGE, DataSpec.SAME_URI_MESSAGE);
        job.add(Rules.with(tables, test + ".sha256=" + TWOS), Rules.with(tables, test + ".sha256=" + ONES), test + ".sha256",
                DataSpec.SAME_DIGEST_MESSAGE, DataSpec.SAME_DIGEST_MESSAGE);
        job.add(tables, Rules.with(tables, test + ".labelColumn=\"\""), test + ".labelColumn", "should be at least 1 chars long",
                "must have at least 1 characters");
        job.add(tables, Rules.with(tables, test + ".labelColumn=" + "a".repeat(129)), test + ".labelColumn", "may not be more than 128 bytes",
                "must have at most 128 characters");
        String augmentation = "spec.data.augmentation";
        job.add(Rules.with(tables, augmentation + "=[]"), Rules.with(tables, augmentation + "=[{horizontalFlip: {}}]"), augmentation,
                DataSpec.CSV_AUGMENTATION_MESSAGE, DataSpec.CSV_AUGMENTATION_MESSAGE);
    }

    /** The rules of a location, where a format has it among its own fields. */
    private static void location(Rules job, List<String> good, String at) {
        job.add(good, Rules.with(good, "-" + at + ".uri"), at + ".uri", "Required value", "Required value");
        job.add(good, Rules.with(good, at + ".uri=/d/test"), at + ".uri", "should match", "must be " + Patterns.inWords(Patterns.URI));
        job.add(good, Rules.with(good, at + ".uri=file:///d/test"), at + ".uri", Location.NO_FILE_MESSAGE, Location.NO_FILE_MESSAGE);
        job.add(good, Rules.with(good, at + ".uri=pvc://d/../test"), at + ".uri", Location.NO_PARENT_MESSAGE, Location.NO_PARENT_MESSAGE);
        job.add(Rules.with(good, at + "={uri: s3://bucket/k, secretRef: {name: s}}"), Rules.with(good, at + "={uri: s3://bucket/k}"), at + ".secretRef",
                SecretReference.MESSAGE, SecretReference.MESSAGE);
        job.add(Rules.with(good, at + ".sha256=" + TWOS), Rules.with(good, at + ".sha256=abc"), at + ".sha256", "should match",
                "must be " + Patterns.inWords(Patterns.SHA256));
    }

    private static void augmentation(Rules job) {
        String path = "spec.data.augmentation";
        String all = path + "=[{randomCrop: {padding: 4}}, {horizontalFlip: {}}, {cutout: {size: 27}}]";
        job.cel(all, path + "=[{}]", path + "[0]", AugmentationStep.UNION_MESSAGE);
        job.cel(all, path + "=[{horizontalFlip: {}}, {randomCrop: {padding: 1}, horizontalFlip: {}}]", path + "[1]", AugmentationStep.UNION_MESSAGE);
        String flip = "{horizontalFlip: {}}, ";
        job.add(List.of(path + "=[" + flip.repeat(7) + "{horizontalFlip: {}}]"), List.of(path + "=[" + flip.repeat(8) + "{horizontalFlip: {}}]"), path,
                "must have at most 8 items", "must have at most 8 items");
        job.add(List.of(path + "=[]"), List.of(path + "=[{randomCrop: {}}]"), path + "[0].randomCrop.padding", "Required value", "Required value");
        job.add(List.of(path + "=[{randomCrop: {padding: 1}}]"), List.of(path + "=[{randomCrop: {padding: 0}}]"), path + "[0].randomCrop.padding",
                "should be greater than or equal to 1", "must be at least 1");
        job.add(List.of(path + "=[{cutout: {size: 1}}]"), List.of(path + "=[{cutout: {size: 0}}]"), path + "[0].cutout.size",
                "should be greater than or equal to 1", "must be at least 1");
        List<String> own = List.of("spec.evaluation.attacks=[]", "-spec.model.normalization", all);
        String model = "spec.model={torchScript: {uri: pvc://d/a.pt, classes: 10, inputShape: ";
        job.add(Rules.with(own, model + "[1, 28, 28]}}"), Rules.with(own, model + "[784]}}"), path,
                AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE, AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE);
        List<String> mlp = List.of("spec.evaluation.attacks=[]", "-spec.model.normalization", "-spec.model.builtin.batchNorm",
                "spec.model.builtin.architecture=Mlp", "spec.model.builtin.inputShape=[784]");
        job.add(Rules.with(mlp, path + "=[]"), Rules.with(mlp, path + "=[{horizontalFlip: {}}]"), path,
                AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE, AdversarialTrainingJobSpec.AUGMENTATION_MESSAGE);
        for (String shape : List.of("spec.model.builtin.inputShape=[1, 28, 32]", model + "[1, 32, 28]}}")) {
            List<String> of = List.of("-spec.model.normalization", shape);
            job.near(Rules.with(of, path + "=[{horizontalFlip: {}}, {randomCrop: {padding: 27}}]"),
                    Rules.with(of, path + "=[{horizontalFlip: {}}, {randomCrop: {padding: 28}}]"), path, AdversarialTrainingJobSpec.SIDE_MESSAGE,
                    path + "[1].randomCrop.padding", AdversarialTrainingJobSpec.SIDE_MESSAGE + ", 28");
            job.near(Rules.with(of, path + "=[{cutout: {size: 27}}]"), Rules.with(of, path + "=[{cutout: {size: 28}}]"), path,
                    AdversarialTrainingJobSpec.SIDE_MESSAGE, path + "[0].cutout.size", AdversarialTrainingJobSpec.SIDE_MESSAGE + ", 28");
        }
    }
}
