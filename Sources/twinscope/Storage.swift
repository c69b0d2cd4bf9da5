import ITwinsService
import Screen

/// What is kept where while the browser runs. What has no folder that can be used is kept in memory: browsing goes on
/// without (reliability L14).
struct Storage: Sendable {
    /// The local service's database.
    let database: ServiceConfiguration.Database
    /// The file of what is remembered; nil when nothing is.
    let stateFile: String?
    /// The log; nil when there is none.
    let log: String?
    /// What is not kept and why, for the user at the screen; nil when everything is.
    let notice: String?

    /// Makes the folders.
    ///
    /// - Parameter isLocal: whether the local service runs in this process, so that its database is needed.
    init(isLocal: Bool) {
        let data = isLocal ? Result { try Folders.prepareData() } : nil
        let state = Result { try Folders.prepareState() }
        let dataFault = Self.fault(data)
        let stateFault = Self.fault(state)
        database = (try? data?.get()).map(ServiceConfiguration.Database.file) ?? .memory
        stateFile = stateFault == nil ? Folders.statePath("state.json") : nil
        log = stateFault == nil ? Folders.statePath("twinscope.log") : nil
        notice =
            switch (dataFault, stateFault) {
            case (nil, nil): nil
            case (let fault?, nil): "The local service keeps your changes in memory only. \(fault)."
            case (nil, let fault?): "State and log aren't saved. \(fault)."
            case (let fault?, let other?):
                "Everything is kept in memory and lost when you quit. \(fault)." + (fault == other ? "" : " \(other).")
            }
    }

    private static func fault<Success>(_ result: Result<Success, any Error>?) -> String? {
        guard case .failure(let error) = result else { return nil }
        // A path may come from anywhere.
        return CellText((error as? Failure)?.message ?? "\(error)").string
    }
}
