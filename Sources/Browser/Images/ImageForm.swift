import ITwinsAPI
import Screen

/// Which file becomes the image of an iTwin (contract section 9). Whether it is there is known once it is opened.
struct ImageForm: FormContent {
    let iTwinID: String
    let iTwinName: String
    /// The id of the image that is there already, as far as is known: by another one an upload is told. Nil for none.
    var before: String?

    var title: String { "Image of “\(iTwinName)”" }
    var verb: FormVerb { FormVerb(button: "Upload", doing: "Uploading", done: "uploaded") }
    var hint: FormInfo? {
        let limit = Rules.imageBytes / 1_048_576
        let text = "PNG or JPEG, at most \(limit) MiB, aspect ratio at most \(Rules.imageProportion):1."
        return FormInfo(text: text, role: .dim)
    }

    func objectName(_ values: FormValues) -> String { "Image of “\(iTwinName)”" }
    func fields(_ values: FormValues) -> [Field] { [.text("path", "File", placeholder: "~/bridge.jpg")] }

    func problem(with id: String, _ values: FormValues) -> String? { values.problem(inPath: id) }

    func updated(in browser: Browser) -> ImageForm {
        var form = self
        form.before = browser.session.sidePane[iTwinID].image.image?.id
        return form
    }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        values.trimmed("path").map { .submit(.uploadImage(iTwinID: iTwinID, path: $0), of: form) }
    }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .image(let image) = answer else { return [] }
        return LoadImage.changed(of: iTwinID, to: image, in: &browser, at: now)
    }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        guard case .image(let image) = answer, image.id != before else { return nil }
        return LoadImage.changed(of: iTwinID, to: image, in: &browser, at: now)
    }

    func isDone(by error: RequestError) -> Bool? { error.apiError?.code == "ImageNotFound" ? false : nil }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? { .image(iTwinID: iTwinID) }
    func notDone(_ values: FormValues) -> String { "The image is unchanged." }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal? {
        [413, 422].contains(error.status) ? ("path", detail.message) : nil
    }

    /// What is wrong with the file itself is said at it.
    func field(of error: RequestError) -> String? {
        switch error.reason {
        case .unreachable, .timedOut, .interrupted, .unexpectedAnswer, .tooLarge, .redirected, .pagingStopped,
            .notInDocumentRoutes, .noToken, .signedOut, .cancelled:
            nil
        default: "path"
        }
    }
}
