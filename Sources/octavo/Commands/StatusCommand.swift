import ArgumentParser
import Client
import Core
import JSON
import Messages

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows a router's workers, models, instances and requests.")

  @Option(help: ArgumentHelp("The router.", valueName: "host:port"))
  var router = Ports.routerAddress
  @Flag(help: "Print one JSON object instead of tables.")
  var json = false
  @OptionGroup var tls: TLSOptions

  func run() async throws {
    let client = try RouterClient(address: router, credentials: try tls.channelCredentials())
    let result: Result<StatusResponse, OctavoError>
    do throws(OctavoError) {
      result = .success(try await client.status())
    } catch {
      result = .failure(error)
    }
    await client.close()
    let status = try result.get()
    if json { try Output.json(StatusReport(status).json) } else { Output.write(StatusReport(status).text) }
  }
}
