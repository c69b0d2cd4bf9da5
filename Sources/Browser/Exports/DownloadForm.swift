import ITwinsAPI
import Screen

/// Where the file of an export goes.
struct DownloadForm: FormContent {
    let export: Export
    /// The size of the file in bytes; nil when it cannot be told.
    let size: Int?
    /// The name to begin with.
    let path: String
    /// Whether some of the file is there already.
    let isBegun: Bool
    /// Whether the service's file may replace one that was found to be there.
    let offersReplacing: Bool

    var title: String { "Download" }
    var verb: FormVerb { FormVerb(button: "Download", doing: "Downloading", done: "downloaded") }
    var hint: FormInfo? {
        let size = size.map { "\($0.byteText). " } ?? ""
        return FormInfo(
            text: isBegun
                ? "\(size)Part of it is already downloaded; this resumes."
                : "\(size)The file is verified after the download.",
            role: .dim
        )
    }

    func objectName(_ values: FormValues) -> String { "Export of \(export.request.summary)" }

    func fields(_ values: FormValues) -> [Field] {
        let path = Field.text("path", "File", placeholder: "~/iTwins.csv", preset: path)
        guard offersReplacing else { return [path] }
        return [
            path,
            .choice(
                "replaces",
                "If it exists",
                [.init("", label: "Keep it"), .init("true", label: "Replace it")]
            ),
        ]
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        id == "path" ? values.problem(inPath: id) : nil
    }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        guard let link = export.outputUrl, let path = values.trimmed("path") else { return nil }
        let download = Download(
            link: link,
            format: export.request.outputFormat,
            path: path,
            replaces: offersReplacing && values["replaces"] == "true"
        )
        return .send(DownloadExport(form: form, exportID: export.id, download: download))
    }
}

extension Export {
    /// A name for its file that tells what and when: `iTwins-Asset-20250405-0607.csv`.
    var fileName: String {
        let subClasses = request.subClass?.split(separator: ",").map { $0.filter { $0.isLetter && $0.isASCII } } ?? []
        let digits = createdDateTime.map { $0.readable.filter(\.isWholeNumber) } ?? ""
        let moment =
            digits.count >= 12
            ? "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(4))"
            : String(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(8))
        let parts = ["iTwins"] + subClasses.prefix(3).map { String($0.prefix(12)) } + [moment]
        return parts.filter { !$0.isEmpty }.joined(separator: "-") + request.outputFormat.fileExtension
    }
}
