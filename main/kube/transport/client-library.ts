// Named imports, so that bundlers see them: the whole package is 16 MB.
export { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
